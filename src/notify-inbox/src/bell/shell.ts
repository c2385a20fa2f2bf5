import { button, el, icon, set } from './dom.js';
import type { Language } from './text.js';

/** What the bell does when a button is pressed. */
export interface ShellActions {
  filter(onlyUnread: boolean): void;
  markAll(): void;
  retry(): void;
}

/** What stands around the list. */
export interface ShellModel {
  /** The number in words. */
  readonly count: string;
  readonly unread: number;
  readonly onlyUnread: boolean;
  /** A sentence above the list, or nothing. */
  readonly notice: string;
  readonly retry: boolean;
}

/** Creates the fixed parts of a bell. */
export function createShell(root: ShadowRoot, actions: ShellActions, list: HTMLElement, undo: HTMLElement, toasts: HTMLElement) {
  const badge = el('span', 'badge', { ariaHidden: 'true' });
  const bell = el('button', 'button', { type: 'button', ariaHasPopup: 'dialog', ariaExpanded: 'false' },
    el('slot', '', { name: 'icon' }, icon('bell')), badge);
  const heading = el('h2');
  const all = button('tab', () => actions.filter(false));
  const onlyUnread = button('tab', () => actions.filter(true));
  const markAll = button('link', actions.markAll);
  const noticeText = el('span');
  const retry = button('link', actions.retry);
  const notice = el('div', 'bar', {}, noticeText, retry);
  const panel = el('div', 'panel', { id: 'panel', popover: 'auto', role: 'dialog', tabIndex: -1 },
    el('div', 'header', {}, el('slot', '', { name: 'header' }, heading)),
    el('div', 'bar', {}, el('div', 'tabs', { role: 'group' }, all, onlyUnread), markAll), notice, list, undo,
    el('slot', '', { name: 'footer' }));
  const live = el('div', 'hidden', { role: 'status' });
  set(bell, 'aria-controls', 'panel');
  bell.popoverTargetElement = panel;
  root.append(bell, panel, toasts, live);
  return {
    bell, panel,
    /** What screen readers say. */
    live,
    render(model: ShellModel, language: Language): void {
      badge.textContent = model.count;
      badge.hidden = !model.unread;
      bell.ariaLabel = language.title + (model.unread ? `, ${language.count(language.unreadCount, model.unread)}` : '');
      panel.ariaLabel = heading.textContent = language.title;
      panel.lang = language.tag;
      all.textContent = language.all;
      all.ariaPressed = `${!model.onlyUnread}`;
      onlyUnread.textContent = language.onlyUnread + (model.unread ? ` ${model.count}` : '');
      onlyUnread.ariaPressed = `${model.onlyUnread}`;
      markAll.textContent = language.markAll;
      markAll.ariaDisabled = `${!model.unread}`;
      notice.hidden = !model.notice;
      noticeText.textContent = model.notice;
      retry.textContent = language.retry;
      retry.hidden = !model.retry;
    },
  };
}
