import type { InitialInbox } from './api.js';
import { emptyState, type State } from './state.js';

/** Returns the state of a page that was rendered with the answer of `GET /api/inbox`. */
export function initialState(channel: string, { unread, unseen, total, items = [], next = null, channels }: InitialInbox): State {
  // A channel that nobody has published to has no epoch yet.
  const known = channels.filter(({ epoch }) => epoch);
  return {
    ...emptyState(channel),
    positions: Object.fromEntries(known.map((each) => [each.channel, { epoch: each.epoch, offset: each.offset }])),
    items,
    // With numbers alone, the list is still to be loaded.
    isLoaded: items.length > 0 || total === 0,
    next,
    counts: { unread, unseen, total },
  };
}
