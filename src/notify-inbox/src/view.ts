import type { InboxItem, Position, Snapshot } from './api.js';
import { keyOf } from './list.js';
import { applyMark, type Mark, type MarkSets, type PendingMark, UNMARKED } from './marks.js';
import { clip, contains, except, size, union } from './ranges.js';
import type { State } from './state.js';

/** The marks of one channel: its items are the offsets above the floor, up to the offset. */
export interface ChannelMarks extends MarkSets, Position {
  readonly floor: number;
}

/** Returns what the server has told of the marks of a channel; null before it has. */
export function toldMarks({ own, heads, channel: ownChannel }: State, channel: string): ChannelMarks | null {
  if (!own || channel === ownChannel) {
    return own && { ...own, ...own.sets };
  }
  const head = heads[channel];
  if (!head) {
    return null;
  }
  // In another epoch the marks are for other announcements.
  const told = own.follows[channel];
  const follow = told?.epoch === head.epoch ? told : { from: head.backlog, ...UNMARKED };
  return { ...head, ...UNMARKED, ...follow, floor: Math.max(head.floor, follow.from), gone: union(follow.gone, head.gone) };
}

/** Returns the marks of a channel with those of this browser that are not confirmed. */
export function currentMarks(state: State, channel: string, pending: readonly PendingMark[]): ChannelMarks | null {
  const told = toldMarks(state, channel);
  return told && pending
    .filter(({ mark }) => (mark.of ?? state.channel) === channel && mark.epoch === told.epoch)
    .reduce((marks, { mark }) => applyMark(marks, mark.as, mark.items), told);
}

/** Computes what a bell shows. What is as before is the same object as before: each item, and the whole. */
export function snapshotOf(state: State, pending: readonly PendingMark[], before?: Snapshot): Snapshot {
  let { unread, unseen, total } = state.counts;
  const channels = new Map<string, ChannelMarks | null>();
  for (const channel of [state.channel, ...state.follow]) {
    const marks = currentMarks(state, channel, pending);
    channels.set(channel, marks);
    if (marks) {
      const all = except(clip([1, marks.offset], marks.floor, marks.offset), marks.gone);
      total += size(all);
      unread += size(except(all, marks.read));
      unseen += size(except(all, marks.seen));
    }
  }
  const known = new Map(before?.items.map((item) => [keyOf(item), item]));
  const items: InboxItem[] = [];
  for (const item of state.items) {
    const marks = channels.get(item.channel);
    // The server leaves out what is empty.
    const now = { ...item, meta: item.meta ?? null };
    if (marks) {
      FLAGS.forEach((flag) => (now[flag] = contains(marks[flag], item.offset)));
    }
    if (!now.archived && !contains(marks?.gone ?? [], item.offset)) {
      const old = known.get(keyOf(item));
      items.push(old && FLAGS.every((flag) => old[flag] === now[flag]) ? old : now);
    }
  }
  const now: Snapshot = { status: state.status, unread, unseen, total, items, more: state.isLoaded && state.next !== null };
  return before && items.length === before.items.length && items.every((item, i) => item === before.items[i])
    && (['status', 'unread', 'unseen', 'total', 'more'] as const).every((name) => now[name] === before[name]) ? before : now;
}

/** Returns whether a mark changes anything. One that the server would ignore is not sent. */
export function changesSomething(state: State, pending: readonly PendingMark[], { as, of, epoch, items }: Mark): boolean {
  const marks = currentMarks(state, of ?? state.channel, pending);
  return marks?.epoch !== epoch || JSON.stringify(applyMark(marks, as, clip(items, marks.floor, Infinity))) !== JSON.stringify(marks);
}

/** Returns whether a change has put archived items back into the list, which may never have been loaded. */
export function hasReturned(before: State, after: State): boolean {
  return [after.channel, ...after.follow].some((channel) => {
    const [was, is] = [toldMarks(before, channel), toldMarks(after, channel)];
    return was && is && size(except(clip(was.archived, is.floor, is.offset), union(is.archived, is.gone))) > 0;
  });
}

const FLAGS = ['seen', 'read', 'archived', 'clicked'] as const;
