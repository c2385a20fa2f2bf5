import type { ConnectOptions, InitialInbox, Snapshot } from '../api.js';

/** The attributes that say how to connect. React and Vue keep `key` for themselves, so there is another name for it. */
export const connectAttributes = ['url', 'key', 'data-key', 'user', 'follow', 'tabs'];

/** Reads how to connect. Returns null while nothing says who the user is. */
export function readOptions(element: HTMLElement, token: ConnectOptions['token']): ConnectOptions | null {
  const options: Record<string, unknown> = { initial: readState(element) ?? undefined, token };
  for (const name of connectAttributes) options[name] = element.getAttribute(name) ?? undefined;
  options['key'] ??= options['data-key'];
  options['follow'] = element.getAttribute('follow')?.split(/[\s,]+/).filter(Boolean);
  return token || (options['key'] && options['user']) ? options : null;
}

/** Returns what a page that was rendered with the answer of the server shows before it is connected. */
export function readSnapshot(element: HTMLElement): Snapshot | null {
  const state = readState(element);
  return state && { ...state, status: 'connecting', items: (state.items ?? []).filter((item) => !item.archived), more: false };
}

function readState(element: HTMLElement): InitialInbox | null {
  try {
    return JSON.parse(element.getAttribute('state') || 'null') as InitialInbox | null;
  } catch (error) {
    console.warn('notify-bell: state', error);
    return null;
  }
}
