import { except, type Ranges, union } from './ranges.js';

/** What a mark does to items, in the words of the server. */
export type MarkKind = 'seen' | 'read' | 'unread' | 'archived' | 'unarchived' | 'clicked' | 'deleted';

/** A mark of this user. `of` is the announcement channel; without it, the items are those of the user's own channel. */
export interface Mark {
  readonly as: MarkKind;
  readonly of?: string;
  readonly epoch: string;
  /** One range. */
  readonly items: readonly [number, number];
}

/** A mark that the server has not confirmed, or whose effect it has not told yet. */
export interface PendingMark {
  /** Names the mark in all tabs of the browser. */
  readonly key: string;
  readonly mark: Mark;
  /** The version of the inbox that has the mark, once it is confirmed. */
  readonly confirmed?: { readonly epoch: string; readonly rev: number };
}

/** The items that are marked. */
export interface MarkSets {
  readonly seen: Ranges;
  readonly read: Ranges;
  readonly archived: Ranges;
  readonly clicked: Ranges;
  readonly gone: Ranges;
}

/** The sets of a channel without marks. */
export const UNMARKED: MarkSets = { seen: [], read: [], archived: [], clicked: [], gone: [] };

type Change = (set: Ranges, items: Ranges) => Ranges;

// The rules of the server.
const RULES: Record<MarkKind, readonly [Change, ...(keyof MarkSets)[]]> = {
  seen: [union, 'seen'],
  read: [union, 'seen', 'read'],
  unread: [except, 'read', 'archived'],
  archived: [union, 'seen', 'read', 'archived'],
  unarchived: [except, 'archived'],
  clicked: [union, 'seen', 'read', 'clicked'],
  deleted: [union, 'gone'],
};

/** Returns the sets after a mark. */
export function applyMark<T extends MarkSets>(sets: T, as: MarkKind, items: Ranges): T {
  const [change, ...names] = RULES[as];
  return { ...sets, ...Object.fromEntries(names.map((name) => [name, change(sets[name], items)])) };
}

/** Returns a mark as the server takes it. */
export const wireMark = ({ items, ...mark }: Mark): object => ({ ...mark, offsets: [items] });
