import type { InboxItem } from '../api.js';
import { readContent } from './content.js';
import { button, el, label } from './dom.js';
import { bodyOf, faceOf, type ItemActions, titleOf } from './item.js';
import type { Language } from './text.js';

const patience = 6000;
const most = 3;

/** Creates the corner of the page that shows what just arrived. The bell's live region tells screen readers. */
export function createToasts(actions: ItemActions) {
  const node = el('div', 'toasts', { popover: 'manual' });
  const remove = (card: Element) => {
    card.remove();
    if (!node.firstChild) node.hidePopover();
  };
  const wait = (card: Element) => {
    setTimeout(() => {
      // It stays while somebody looks at it, and until somebody can.
      if (document.hidden || card.matches(':hover, :focus-within')) wait(card);
      else remove(card);
    }, patience);
  };
  return {
    node,
    show(item: InboxItem, language: Language): void {
      const content = readContent(item.data);
      const close = button('tool', () => {}, '×');
      const card = el('div', 'toast', {
        onclick: (event) => {
          if (!event.composedPath().includes(close)) actions.open(item, event);
          remove(card);
        },
      }, faceOf(content), el('div', 'text', {}, titleOf(content), bodyOf(content)), close);
      label(close, language.close);
      node.append(card);
      if (node.childElementCount > most) node.firstElementChild!.remove();
      node.showPopover();
      wait(card);
    },
    clear(): void {
      node.replaceChildren();
      node.hidePopover();
    },
  };
}
