import type { Position, Status } from './api.js';
import { merged } from './list.js';
import { type MarkSets, type PendingMark } from './marks.js';
import type {
  AnnouncementMessage, Change, Follow, InboxMessage, JoinedMessage, NotificationMessage, PageChange, ToldItem,
} from './messages.js';

/** The newest state of the user's own channel that the server has told. */
export interface OwnState extends Position {
  readonly rev: number;
  readonly floor: number;
  readonly sets: MarkSets;
  readonly follows: Readonly<Record<string, Follow>>;
}

/** Everything that a tab knows of an inbox. It is immutable, and can be cloned and stored. */
export interface State {
  readonly status: Status;
  /** The id of the WebSocket while it is live. */
  readonly connection?: string | undefined;
  readonly channel: string;
  /** The announcement channels. */
  readonly follow: readonly string[];
  readonly own: OwnState | null;
  readonly heads: Readonly<Record<string, AnnouncementMessage>>;
  /** What has been received of each channel. */
  readonly positions: Readonly<Record<string, Position>>;
  /** The offsets at which the connection has joined the channels. What is above has been received without gaps. */
  readonly joined: Readonly<Record<string, number>>;
  /** The items as they were told, newest first. Their own flags only count before the server has told the marks. */
  readonly items: readonly ToldItem[];
  /** Whether `items` begins with the newest one and has no gaps. */
  readonly isLoaded: boolean;
  /** The cursor of the next page: empty for the first one, null at the end of the list. */
  readonly next: string | null;
  /** The marks of this browser that the state does not contain yet. */
  readonly marks: readonly PendingMark[];
  /** The numbers before the server has told the state, if the page knows them. */
  readonly counts: Readonly<Record<'unread' | 'unseen' | 'total', number>>;
  /** The last event id of an event stream. */
  readonly cursor: string;
}

/** What is known of an inbox, and how it is changed. */
export interface StateUser {
  readonly state: State;
  change(change: Change): void;
}

const NONE = { unread: 0, unseen: 0, total: 0 };

/** Returns the state of a tab that knows nothing. */
export const emptyState = (channel: string): State => ({
  status: 'connecting',
  channel,
  follow: [],
  own: null,
  heads: {},
  positions: {},
  joined: {},
  items: [],
  isLoaded: false,
  next: '',
  marks: [],
  counts: NONE,
  cursor: '',
});

/** Applies a change. Returns the same object when it changes nothing, for example because it is older than what is known. */
export function reduce(state: State, change: Change): State {
  switch (change.type) {
    case 'status': return { ...state, status: change.status, connection: change.connection };
    case 'follow': return { ...state, follow: change.channels, joined: {} };
    case 'left': return { ...state, follow: state.follow.filter((name) => name !== change.channel) };
    case 'joined': return onJoined(state, change);
    case 'notification': return onNotification(state, change);
    case 'inbox': return onInbox(state, change);
    case 'announcement': return isOlder(state.heads[change.channel], change)
      ? state
      : withoutOld({ ...state, heads: { ...state.heads, [change.channel]: change } }, change);
    case 'page': return onPage(state, change);
    case 'queued': {
      const keys = state.marks.map(({ key }) => key);
      return { ...state, marks: [...state.marks, ...change.marks.filter(({ key }) => !keys.includes(key))] };
    }
    case 'marked': {
      const { keys, epoch, rev } = change;
      return settled({
        ...state,
        marks: state.marks.map((pending) => keys.includes(pending.key) ? { ...pending, confirmed: { epoch, rev } } : pending),
      });
    }
    case 'dropped': return { ...state, marks: state.marks.filter(({ key }) => !change.keys.includes(key)) };
    default: return state;
  }
}

function onJoined(state: State, { channel, epoch, offset, recovered, cursor }: JoinedMessage): State {
  const before = state.positions[channel];
  const isSame = before?.epoch === epoch;
  return {
    ...state,
    positions: { ...state.positions, [channel]: { epoch, offset } },
    joined: { ...state.joined, [channel]: offset },
    items: isSame ? state.items : state.items.filter((item) => item.channel !== channel),
    isLoaded: state.isLoaded && isSame && (recovered || before.offset === offset),
    cursor: cursor ?? state.cursor,
  };
}

function onNotification(state: State, { type, live, gone, cursor, ...message }: NotificationMessage): State {
  const { channel, epoch, offset } = message;
  const position = state.positions[channel];
  if (position?.epoch !== epoch || offset <= position.offset) {
    return state;
  }
  return {
    ...state,
    positions: { ...state.positions, [channel]: { epoch, offset } },
    items: gone ? state.items : merged(state.items, [{ ...message, seen: false, read: false, archived: false, clicked: false }]),
    cursor: cursor ?? state.cursor,
  };
}

// Versions form a chain, and one node tells them in order. Only a state that came late is older.
const isOlder = (known: OwnState | AnnouncementMessage | null | undefined, news: InboxMessage | AnnouncementMessage): boolean =>
  known?.epoch === news.epoch && (news.offset < known.offset || news.rev < known.rev);

function onInbox(state: State, news: InboxMessage): State {
  const known = state.own?.epoch === news.epoch ? state.own : null;
  // Without its marks, a message only belongs to the version that has the same ones.
  if (isOlder(known, news) || (!news.state && known?.rev !== news.rev)) {
    return state;
  }
  const { epoch, offset, rev, floor } = news;
  const { sets, follows } = news.state ? { sets: news.state, follows: news.follows ?? {} } : known!;
  return withoutOld(settled({ ...state, own: { epoch, offset, rev, floor, sets, follows }, counts: NONE }), news);
}

function withoutOld(state: State, { channel, floor }: InboxMessage | AnnouncementMessage): State {
  return { ...state, items: state.items.filter((item) => item.channel !== channel || item.offset > floor) };
}

// The first page of a list that has gaps replaces everything but what was received since the channels were joined.
function onPage(state: State, { before, items, next }: PageChange): State {
  const isFirst = before === '' && !state.isLoaded;
  const kept = isFirst ? state.items.filter(({ channel, offset }) => offset > (state.joined[channel] ?? Infinity)) : state.items;
  return {
    ...state,
    items: merged(kept, items.filter(({ channel, epoch }) => state.positions[channel]?.epoch === epoch)),
    isLoaded: state.isLoaded || isFirst,
    next: isFirst || before === state.next ? next : state.next,
  };
}

// A confirmed mark stays until the state contains it, so that no number goes back for a moment.
function settled(state: State): State {
  const { own } = state;
  return {
    ...state,
    marks: state.marks.filter(({ confirmed }) => !confirmed || !own || (confirmed.epoch === own.epoch && confirmed.rev > own.rev)),
  };
}
