import type { InboxItem } from '../api.js';

/** What `notify-click`, `notify-action` and `notify-toast` tell. */
export interface ItemDetail {
  readonly item: InboxItem;
  /** The id of the action, of `notify-action` only. */
  readonly action?: string;
}

/** What `notify-count` tells. */
export interface CountDetail {
  readonly unread: number;
  readonly unseen: number;
}

/** The events of a bell, and what they tell. */
export interface BellEvents {
  'notify-open': null;
  'notify-close': null;
  'notify-click': ItemDetail;
  'notify-action': ItemDetail;
  'notify-toast': ItemDetail;
  'notify-count': CountDetail;
}

/** Tells the page. Returns false if it prevents what the bell does otherwise. */
export function fire<K extends keyof BellEvents>(bell: HTMLElement, name: K, detail: BellEvents[K]): boolean {
  return bell.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, cancelable: true, detail }));
}
