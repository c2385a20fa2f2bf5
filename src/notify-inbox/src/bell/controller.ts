import type { Inbox, InboxItem, Snapshot } from '../api.js';
import { badgeApp, badgeTitle } from '../badge.js';
import { createAnnouncer } from './announcer.js';
import { createCustom, type Renderer } from './custom.js';
import { fire } from './events.js';
import { keyOf } from './item.js';
import { createList, type ListOwner } from './list.js';
import { readSnapshot } from './options.js';
import { place } from './place.js';
import { createShell } from './shell.js';
import { createLanguage } from './text.js';
import { createToasts } from './toast.js';
import { createUndo, type Step } from './undo.js';

const nothing: Snapshot = { status: 'connecting', unread: 0, unseen: 0, total: 0, items: [], more: false };

/** Everything behind the element: what it shows, and what its buttons do. */
export type Controller = ReturnType<typeof createController>;

/** Creates what is in the shadow tree of a bell. */
export function createController(host: HTMLElement, root: ShadowRoot) {
  let inbox: Inbox | null = null;
  let ends: readonly (() => void)[] = [];
  let snapshot = nothing;
  let language = createLanguage('en');
  let renderer: Renderer | null = null;
  let isOpen = false;
  let onlyUnread = false;
  let busy = false;
  let planned = false;
  let isWaiting = false;
  let counted = '';
  let titled = false;
  let clock = 0;
  // How many items there were when more were loaded without being asked for.
  let loadedAt = -1;
  // The items with the dot: those that were unread at any time since the panel opened.
  const dots = new Set<string>();
  // The items that are deleted as soon as nobody can take it back.
  const removing = new Set<string>();

  // Once for all changes of one moment.
  const changed = () => {
    if (!planned) queueMicrotask(render);
    planned = true;
  };

  // Closes the panel when its link is followed, or when the page does so itself.
  const follow = (event: Event, go: boolean) => {
    const { button, ctrlKey, metaKey, shiftKey } = event as MouseEvent;
    if (!go) event.preventDefault();
    const link = event.composedPath().some((node) => node instanceof HTMLAnchorElement);
    if ((link || !go) && !(button || ctrlKey || metaKey || shiftKey)) panel.hidePopover();
  };

  const offer = (item: InboxItem, said: string, step: Step) => {
    undo.offer({
      ...step,
      undo: () => {
        step.undo();
        render();
        list.focus(keyOf(item));
      },
    }, said, language);
    announcer.say(said);
    changed();
  };

  const loadMore = async () => {
    if (busy || !inbox) return;
    busy = true;
    changed();
    // The client says by its status that it could not, and the button stays.
    await inbox.loadMore().catch(() => {});
    busy = false;
    changed();
  };

  const actions: ListOwner = {
    open: (item, event) => {
      follow(event, fire(host, 'notify-click', { item }));
      inbox?.click(item);
    },
    use: (item, action, event) => {
      follow(event, fire(host, 'notify-action', { item, action }));
      inbox?.click(item);
    },
    toggleRead: (item) => {
      dots.delete(keyOf(item));
      if (item.read) inbox?.markUnread(item);
      else inbox?.markRead(item);
    },
    archive: (item) => {
      const owner = inbox;
      if (!owner) return;
      owner.archive(item);
      offer(item, language.archived, {
        undo: () => {
          owner.unarchive(item);
          if (!item.read) owner.markUnread(item);
        },
      });
    },
    remove: (item) => {
      const owner = inbox;
      const key = keyOf(item);
      if (!owner) return;
      offer(item, language.removed, {
        undo: () => removing.delete(key),
        commit: () => {
          owner.remove(item);
          removing.delete(key);
          changed();
        },
      });
      removing.add(key);
    },
    loadMore,
    viewed: (item) => inbox?.markRead(item),
    custom: createCustom(host, () => renderer),
  };

  const list = createList(actions);
  const undo = createUndo();
  const toasts = createToasts(actions);
  const { bell, panel, live, render: renderShell } = createShell(root, {
    filter: (only) => {
      onlyUnread = only;
      loadedAt = -1;
      // What was read meanwhile leaves the list now.
      dots.clear();
      render();
      list.rewind();
    },
    markAll: () => {
      if (!unread()) return;
      inbox?.markRead('shown');
      dots.clear();
      announcer.say(language.emptyUnread);
    },
    retry: () => inbox?.retry(),
  }, list.node, undo.node, toasts.node);
  const announcer = createAnnouncer(live, (n) => language.count(language.arrived, n));
  const replace = () => {
    if (isOpen) place(panel, bell, host.getAttribute('placement') ?? '');
  };

  // An item that is about to be deleted does not count any more.
  const unread = () => snapshot.unread - snapshot.items.filter((item) => !item.read && removing.has(keyOf(item))).length;

  const showTitle = (text: string) => {
    if (text || titled) badgeTitle(text);
    titled = !!text;
  };

  const render = () => {
    planned = false;
    snapshot = inbox?.getSnapshot() ?? readSnapshot(host) ?? nothing;
    const { status, items, more, unseen } = snapshot;
    const lost = status === 'offline' || status === 'denied' ? status : null;
    const number = unread();
    const max = Number(host.getAttribute('max')) || 99;
    const count = Math.min(number, max).toLocaleString(language.tag) + (number > max ? '+' : '');
    renderShell({ count, unread: number, onlyUnread, notice: lost ? language[lost] : '', retry: lost === 'denied' }, language);
    showTitle(number && host.hasAttribute('title-badge') ? count : '');
    if (snapshot !== nothing && counted !== (counted = `${number} ${unseen}`)) {
      if (inbox) badgeApp(number);
      fire(host, 'notify-count', { unread: number, unseen });
    }

    if (!isOpen) return;
    for (const item of items) if (!item.read) dots.add(keyOf(item));
    const shown = items.filter((item) => !removing.has(keyOf(item)) && (!onlyUnread || dots.has(keyOf(item))));
    const loading = !shown.length && !lost && (busy || status === 'connecting' || (!items.length && number > 0));
    list.render({
      items: shown, dots, more: more && !loading, busy: busy || loading,
      empty: lost || loading ? [] : onlyUnread ? [language.emptyUnread] : [language.empty, language.emptyHint],
    }, language);
    // The panel has the focus until there is an item.
    if (isWaiting && root.activeElement === panel) isWaiting = !list.focus();
    list.measure(host.getAttribute('read-on') === 'view');
    if (!document.hidden && items.some((item) => !item.seen)) inbox?.markSeen('shown');
    // A filter may hide what is loaded, and show what is not.
    const few = !shown.length || (onlyUnread && shown.length < Math.min(number, 10));
    if (few && more && !busy && status === 'live' && items.length !== loadedAt) {
      loadedAt = items.length;
      void loadMore();
    }
  };

  const opening = () => {
    isOpen = true;
    loadedAt = -1;
    dots.clear();
    toasts.clear();
    replace();
    render();
    list.rewind();
    bell.ariaExpanded = 'true';
    clock = window.setInterval(changed, 60_000);
    fire(host, 'notify-open', null);
  };

  const closing = () => {
    if (!isOpen) return;
    isOpen = false;
    list.measure(false);
    undo.flush();
    bell.ariaExpanded = 'false';
    clearInterval(clock);
    fire(host, 'notify-close', null);
  };

  panel.addEventListener('beforetoggle', (event) => event.newState === 'open' ? opening() : closing());
  panel.addEventListener('toggle', (event) => {
    if (event.newState === 'open') {
      isWaiting = !list.focus();
      if (isWaiting) panel.focus();
    }

    // Browsers forget to take the focus out of a shadow tree, and not all of them focus a button that is clicked.
    if (event.newState === 'closed' && (panel.contains(root.activeElement) || document.activeElement === document.body)) bell.focus();
  });
  panel.onkeydown = (event) => {
    const from = event.composedPath()[0] as HTMLElement;
    if (event.ctrlKey || event.altKey || event.metaKey || from.matches('input, textarea, select, [contenteditable]')) return;
    if (list.press(event)) event.preventDefault();
  };

  return {
    get inbox() {
      return inbox;
    },
    get renderer() {
      return renderer;
    },
    set renderer(value) {
      renderer = value;
      list.reset();
      changed();
    },
    /** Shows another language. */
    set language(value: typeof language) {
      language = value;
      list.reset();
      changed();
    },
    /** Shows an inbox, in place of the one before. */
    bind(next: Inbox | null): void {
      if (next !== inbox) {
        for (const end of ends) end();
        inbox = next;
        ends = inbox ? [inbox.subscribe(changed), inbox.on('toast', (item) => {
          announcer.count();
          if (fire(host, 'notify-toast', { item }) && !isOpen) toasts.show(item, language);
        })] : [];
      }

      changed();
    },
    /** Sends what waits for a change of mind. */
    flush: undo.flush,
    /** Listens to the page, while the element is in it. */
    listen(signal: AbortSignal): void {
      const options = { signal, capture: true };
      addEventListener('pagehide', undo.flush, options);
      addEventListener('resize', replace, options);
      addEventListener('scroll', replace, options);
      document.addEventListener('visibilitychange', changed, options);
    },
    /** Closes what is open, because a panel that leaves the page does not say so. */
    close(): void {
      closing();
      toasts.clear();
      showTitle('');
    },
  };
}
