import type { InboxItem } from '../api.js';
import type { CustomItems } from './custom.js';
import { button, el, icon } from './dom.js';
import { createItem, type ItemActions, type ItemView, keyOf } from './item.js';
import type { Language } from './text.js';

// An item is read when it was in view for a second and a half.
const lookEvery = 300;
const looksToRead = 6;

/** What the list shows. */
export interface ListModel {
  readonly items: readonly InboxItem[];
  /** The keys of the items that have the unread dot. */
  readonly dots: ReadonlySet<string>;
  readonly more: boolean;
  /** Whether items are on their way. */
  readonly busy: boolean;
  /** What stands in the place of an empty list, if anything does: a sentence and a hint. */
  readonly empty: readonly string[];
}

/** What a list asks of the bell. */
export interface ListOwner extends ItemActions {
  loadMore(): void;
  /** An item was in view long enough to be read. */
  viewed(item: InboxItem): void;
  /** The items that the page renders. */
  readonly custom: CustomItems;
}

/** The list of items. */
export type List = ReturnType<typeof createList>;

/** Creates the list, with its keys. */
export function createList(owner: ListOwner) {
  const feed = el('div', 'list', { role: 'feed' });
  const [first, second] = [el('strong'), el('span')];
  const empty = el('div', 'empty', {}, el('slot', '', { name: 'empty' }, icon('bell'), first, second));
  const more = button('more', () => owner.loadMore());
  const node = el('div', 'scroll', {}, feed, empty, more);
  const views = new Map<string, ItemView>();
  let order: readonly ItemView[] = [];
  let current: ItemView | undefined;
  let looking = 0;

  const setCurrent = (view: ItemView | undefined) => {
    current?.setCurrent(false);
    current = view;
    view?.setCurrent(true);
  };

  const around = (event: Event) => order.find((view) => event.composedPath().includes(view.node));

  const drop = (key: string) => {
    views.get(key)!.node.remove();
    views.delete(key);
    owner.custom.remove(key);
  };

  const look = () => {
    const { top, bottom, height } = node.getBoundingClientRect();
    for (const view of document.hidden ? [] : order) {
      const box = view.node.getBoundingClientRect();
      // Half of the item is in view, or it fills half of the list.
      const inView = (Math.min(box.bottom, bottom) - Math.max(box.top, top)) * 2 >= Math.min(box.height, height);
      view.looks = inView ? view.looks + 1 : 0;
      if (view.looks === looksToRead && !view.item.read) owner.viewed(view.item);
    }
  };

  node.onscroll = () => {
    if (!more.hidden && node.scrollTop + node.clientHeight > node.scrollHeight - 120) owner.loadMore();
  };
  feed.addEventListener('focusin', (event) => setCurrent(around(event)));

  return {
    node,

    /** Shows a model. A change of the language, or of how the page renders items, needs `reset` before. */
    render(model: ListModel, language: Language): void {
      const focused = order.find((view) => view.node.matches(':focus-within'));
      const place = focused ? order.indexOf(focused) : 0;
      const keys = model.items.map(keyOf);
      for (const key of views.keys()) if (!keys.includes(key)) drop(key);
      // Only what is in another place is moved, because moving takes the focus away.
      let next = feed.firstElementChild;
      order = model.items.map((item, index) => {
        const key = keys[index]!;
        const view = views.get(key) ?? createItem(item, language, owner, owner.custom.add(item, key));
        views.set(key, view);
        view.update(item, model.dots.has(key), index + 1);
        if (view.node === next) next = next.nextElementSibling;
        else feed.insertBefore(view.node, next);
        return view;
      });
      feed.ariaBusy = `${model.busy}`;
      feed.ariaLabel = language.title;
      feed.hidden = !order.length && !model.busy;
      empty.hidden = !!order.length || !model.empty.length;
      [first.textContent = '', second.textContent = ''] = model.empty;
      more.hidden = !model.more;
      more.textContent = language.more;
      more.ariaDisabled = `${model.busy}`;
      if (!current || !order.includes(current)) setCurrent(order[Math.min(place, order.length - 1)]);
      if (focused && !order.includes(focused)) current?.node.focus();
    },

    /** Forgets all items, so that they are created anew. */
    reset(): void {
      for (const key of views.keys()) drop(key);
    },

    /** Sets the focus on the current item, or the one with the key. Returns whether there is one. */
    focus(key = ''): boolean {
      const view = views.get(key) ?? current;
      view?.node.focus();
      return !!view;
    },

    /** Makes the first item the current one, and shows it. */
    rewind(): void {
      node.scrollTop = 0;
      setCurrent(order[0]);
    },

    /** Begins or ends to measure how long items are in view. */
    measure(on: boolean): void {
      if (on === !!looking) return;
      clearInterval(looking);
      looking = on ? window.setInterval(look, lookEvery) : 0;
      for (const view of order) view.looks = 0;
    },

    /** Does what a key means. Returns whether it means something here. */
    press(event: KeyboardEvent): boolean {
      const view = around(event);
      const at = view ? order.indexOf(view) : -1;
      const last = order.length - 1;
      const key = event.key.toLowerCase();
      const to = { arrowdown: at + 1, pagedown: at + 1, arrowup: at - 1, pageup: at - 1, home: 0, end: last }[key];
      if (to !== undefined) {
        order[Math.min(Math.max(to, 0), last)]?.node.focus();
        if (to > last && !more.hidden) owner.loadMore();
        return last >= 0;
      }

      const command = { r: owner.toggleRead, e: owner.archive, delete: owner.remove }[key];
      if (view && command) command(view.item);
      // Within an item, Enter is for the button or link that has the focus.
      else if (view && key === 'enter' && event.composedPath()[0] === view.node) view.open(event);
      else return false;
      return true;
    },
  };
}
