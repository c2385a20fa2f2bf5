import type { InboxError, InboxItem, ItemMeta, Position, Status } from './api.js';
import type { MarkSets, PendingMark } from './marks.js';
import type { Ranges } from './ranges.js';

/** The answer to a join, or, if nobody asked, the end of a replay that could not be finished. */
export interface JoinedMessage extends Position {
  readonly type: 'joined';
  readonly channel: string;
  readonly recovered: boolean;
  readonly cursor?: string;
}

/** A notification. */
export interface NotificationMessage extends Position {
  readonly type: 'notification';
  readonly channel: string;
  readonly id: string;
  readonly at: string;
  readonly data: unknown;
  readonly meta?: ItemMeta;
  readonly gone?: boolean;
  /** Whether it arrived live, and may be shown as a toast. The connection adds it. */
  readonly live?: boolean;
  readonly cursor?: string;
}

/** What the user has done with announcements, within an epoch of their channel. They are items after the offset `from`. */
export interface Follow extends Omit<MarkSets, 'clicked'> {
  readonly epoch: string;
  readonly from: number;
}

/** The state of the inbox. Without `state` and `follows` the marks are those of the message before. */
export interface InboxMessage extends Position {
  readonly type: 'inbox';
  readonly channel: string;
  readonly rev: number;
  readonly floor: number;
  readonly state?: MarkSets;
  readonly follows?: Readonly<Record<string, Follow>>;
}

/** The head of an announcement channel. */
export interface AnnouncementMessage extends Position {
  readonly type: 'announcement';
  readonly channel: string;
  readonly rev: number;
  readonly floor: number;
  readonly backlog: number;
  readonly gone: Ranges;
}

/** An item as the server tells it. */
export type ToldItem = Omit<InboxItem, 'meta'> & { readonly meta?: ItemMeta | null };

/** A page of the list. `before` is the cursor that was asked for, empty for the newest items. */
export interface PageChange {
  readonly type: 'page';
  readonly before: string;
  readonly items: readonly ToldItem[];
  readonly next: string | null;
}

/** Everything that changes what a tab knows. All tabs of a browser apply the same changes in the same order. */
export type Change =
  | JoinedMessage
  | NotificationMessage
  | InboxMessage
  | AnnouncementMessage
  /** A channel that the client does not have, or not any more. */
  | { readonly type: 'left'; readonly channel: string }
  /** The announcement channels of the connection that begins. */
  | { readonly type: 'follow'; readonly channels: readonly string[] }
  | { readonly type: 'status'; readonly status: Status; readonly connection?: string | undefined }
  | PageChange
  | { readonly type: 'queued'; readonly marks: readonly PendingMark[] }
  | { readonly type: 'marked'; readonly keys: readonly string[]; readonly epoch: string; readonly rev: number }
  | { readonly type: 'dropped'; readonly keys: readonly string[] }
  | { readonly type: 'error'; readonly error: InboxError };
