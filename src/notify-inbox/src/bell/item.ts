import type { InboxItem } from '../api.js';
import { type Content, readContent } from './content.js';
import { button, el, icon, label, set } from './dom.js';
import type { Language } from './text.js';

/** What a user does with an item. */
export interface ItemActions {
  open(item: InboxItem, event: Event): void;
  /** Uses an action of the item. */
  use(item: InboxItem, action: string, event: Event): void;
  toggleRead(item: InboxItem): void;
  archive(item: InboxItem): void;
  remove(item: InboxItem): void;
}

/** One item of the list. */
export interface ItemView {
  readonly node: HTMLElement;
  item: InboxItem;
  /** For how many looks it has been in view. */
  looks: number;
  /** Shows the state of the item. `unread` says whether it has the dot, which stays longer than the item is unread. */
  update(item: InboxItem, unread: boolean, position: number): void;
  /** Puts it into the order of the Tab key, or takes it out: one item at a time is in it, and the arrow keys go to the others. */
  setCurrent(current: boolean): void;
  /** Does what a click does. */
  open(event: Event): void;
}

/** Identifies an item for as long as its channel has this epoch. */
export const keyOf = ({ channel, epoch, offset }: InboxItem): string => `${channel} ${epoch} ${offset}`;

let count = 0;

/** Creates the view of an item. `custom` is the text of what the page has put into the slot that is named by its key, if it has. */
export function createItem(item: InboxItem, language: Language, actions: ItemActions, custom: string | null): ItemView {
  const id = `i${++count}`;
  const content = readContent(item.data);
  const at = new Date(item.at);
  const word = el('span', 'hidden', { id: `${id}u` });
  const time = el('time', 'time', { dir: 'auto', id: `${id}w`, dateTime: item.at, title: at.toLocaleString(language.tag) });
  const dot = el('span', 'unread');
  const own = el('div', 'actions', {}, ...content.actions.map(({ id, label, url }) => {
    const onclick = (event: Event) => actions.use(view.item, id, event);
    return url ? el('a', 'action', { href: url, onclick }, label) : button('action', onclick, label);
  }));
  const tool = (name: 'toggleRead' | 'archive' | 'remove', ...icons: Node[]) => button('tool', () => actions[name](view.item), ...icons);
  const toggle = tool('toggleRead');
  const tools = el('div', 'tools', {}, toggle, ...(['archive', 'remove'] as const).map((name) => {
    const node = tool(name, icon(name));
    label(node, language[name]);
    return node;
  }));
  const isCustom = custom !== null;
  const title = isCustom ? el('span', 'hidden', {}, content.raw ? custom : content.title) : titleOf(content);
  title.id = `${id}t`;
  const node = el('div', 'item', { role: 'article', ariaSetSize: '-1', ariaKeyShortcuts: 'Enter R E Delete' },
    ...(isCustom ? [] : [faceOf(content)]),
    el('div', 'text', {}, word, title,
      ...(isCustom ? [el('slot', '', { name: keyOf(item) })] : [bodyOf(content, `${id}b`), own]),
      el('div', 'foot', {}, time, tools)), dot);
  set(node, 'aria-labelledby', `${id}u ${id}t`);
  set(node, 'aria-describedby', `${id}b ${id}w`);
  node.onclick = node.onauxclick = (event) => {
    // The middle button opens a new tab, if there is a link. Others have menus of the browser.
    const path = event.composedPath();
    if (event.button < (title.matches('a') ? 2 : 1) && !path.includes(tools) && !path.includes(own)) actions.open(view.item, event);
  };

  const view: ItemView = {
    node, item, looks: 0,
    update: (item, unread, position) => {
      view.item = item;
      node.classList.toggle('is-unread', unread);
      word.textContent = unread ? language.unread : '';
      node.ariaPosInSet = `${position}`;
      time.textContent = language.ago(at);
      const text = item.read ? language.markUnread : language.markRead;
      if (toggle.title === text) return;
      label(toggle, text);
      toggle.replaceChildren(icon(item.read ? 'unread' : 'read'));
    },
    setCurrent: (current) => {
      for (const each of [node, ...node.querySelectorAll<HTMLElement>('a, button')]) each.tabIndex = current ? 0 : -1;
    },
    open: (event) => title.matches('a') ? title.click() : actions.open(view.item, event),
  };
  view.setCurrent(false);
  return view;
}

/** Creates the title, which is a link if the notification has an address. */
export function titleOf({ title, url }: Content): HTMLElement {
  return url ? el('a', 'title', { dir: 'auto', href: url }, title) : el('span', 'title', { dir: 'auto' }, title);
}

/** Creates the text below the title. */
export function bodyOf({ body }: Content, id = ''): HTMLElement {
  return el('div', 'body', { dir: 'auto', id }, body);
}

/** Creates the picture of who or what it is about: an image, else initials, else a bell. */
export function faceOf({ image, name }: Content): HTMLElement {
  const initials = name.split(/\s+/, 2).map(([letter]) => letter).join('').toUpperCase();
  const face = el('span', 'face', { ariaHidden: 'true' }, initials || icon('bell'));
  if (image) {
    const img = el('img', '', { src: image, alt: '', referrerPolicy: 'no-referrer', onerror: () => img.remove() });
    face.append(img);
  }
  return face;
}
