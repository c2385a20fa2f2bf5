/** The state of the connection to the server. `denied`: the server refuses the token or the key, and nothing is tried until `retry`. */
export type Status = 'connecting' | 'live' | 'offline' | 'denied';

/** A place in the history of a channel. Offsets count within an epoch. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** The fields that a backend sent beside the notification. */
export interface ItemMeta {
  readonly category?: string;
  readonly tags?: readonly string[];
  readonly priority?: 'low' | 'normal' | 'high' | 'urgent';
  readonly group?: string;
  readonly exclude?: string;
  readonly collapseKey?: string;
  readonly expiresAt?: string;
  readonly silent?: boolean;
}

/** One notification in the inbox. A change makes a new object. */
export interface InboxItem extends Position {
  /** The channel of the user, or the announcement channel. */
  readonly channel: string;
  readonly id: string;
  /** When it was published, as ISO 8601. */
  readonly at: string;
  /** What the backend sent. */
  readonly data: unknown;
  readonly meta: ItemMeta | null;
  readonly seen: boolean;
  readonly read: boolean;
  readonly archived: boolean;
  readonly clicked: boolean;
}

/** What a bell shows. It is immutable: a change makes a new object. */
export interface Snapshot {
  readonly status: Status;
  readonly unread: number;
  readonly unseen: number;
  /** The number of items, archived ones included. */
  readonly total: number;
  /** The newest items that are not archived, newest first. */
  readonly items: readonly InboxItem[];
  /** Whether older items can be loaded. */
  readonly more: boolean;
}

/** An error that the page may show or log. */
export interface InboxError {
  /** The code of the server, or `network`. */
  readonly code: string;
  readonly message: string;
}

/** Which items a mark is for: items, all items up to one (its channel only), or all items that `getSnapshot` shows and older ones. */
export type Target = InboxItem | readonly InboxItem[] | { readonly upTo: InboxItem } | 'shown';

/** The events of an inbox. */
export interface InboxEvents {
  /** A notification arrived, live or missed. What is older than the history of the server is only in the list. */
  notification: InboxItem;
  /** A notification arrived live, and this tab is the one that shows it. */
  toast: InboxItem;
  change: Snapshot;
  status: Status;
  error: InboxError;
}

/** How to connect. */
export interface ConnectOptions {
  /** The address of the server, with its path if it has one. Default: the origin of the page. */
  readonly url?: string;
  /** Returns a new token of the user. It is called at every connect, and before the token expires. */
  readonly token?: () => string | Promise<string>;
  /** The key of the server, `NOTIFICATION_KEY`, if it is not the default one. Servers with tokens want it, too. */
  readonly key?: string;
  /** The user, for servers without tokens. Default: the claim `sub` of the token. */
  readonly user?: string;
  /** The announcement channels. Default: those of the token. */
  readonly follow?: readonly string[];
  /** Default: `ws`; after repeated failures the client uses `sse` by itself. */
  readonly transport?: 'ws' | 'sse';
  /** `shared` (default): one connection for all tabs of the browser. `own`: one for this tab, which keeps nothing for the next page. */
  readonly tabs?: 'shared' | 'own';
  /**
   * The address of `worker.js` on the origin of the page: a shared worker has the connection of all tabs, in place of one of them. Where
   * browsers have none, or it does not start, a tab has it.
   */
  readonly workerUrl?: string;
  /** Where the list and the marks that are not sent yet are kept. Default: `indexeddb`. */
  readonly cache?: 'indexeddb' | 'memory';
  /** The answer of `GET /api/inbox`, when the page was rendered with it. The client continues from there. */
  readonly initial?: InitialInbox;
}

/** The answer of `GET /api/inbox` and `GET /inbox`. */
export interface InitialInbox {
  readonly unread: number;
  readonly unseen: number;
  readonly total: number;
  readonly items?: readonly InboxItem[];
  readonly next?: string | null;
  readonly channels: readonly (Position & { readonly channel: string; readonly rev: number })[];
}

/** The inbox of a user. `getSnapshot` and `subscribe` fit React's `useSyncExternalStore`. */
export interface Inbox {
  /**
   * The id of the WebSocket while the status is `live`, and undefined over an event stream. A notification that a backend sends with it as
   * `exclude` makes no toast in this browser. All tabs that share the connection have the same id.
   */
  readonly connection: string | undefined;
  getSnapshot(): Snapshot;
  /** Calls a function after each change, and returns a function that ends it. */
  subscribe(listener: () => void): () => void;
  on<K extends keyof InboxEvents>(event: K, listener: (value: InboxEvents[K]) => void): () => void;
  markSeen(target: Target): void;
  markRead(target: Target): void;
  markUnread(target: Target): void;
  archive(target: Target): void;
  unarchive(target: Target): void;
  remove(target: Target): void;
  /** Marks an item as clicked. */
  click(item: InboxItem): void;
  /** Loads older items. */
  loadMore(limit?: number): Promise<void>;
  /** Tries again after `denied`. */
  retry(): void;
  /**
   * Ends the connection, and removes what this browser keeps of the user, in all tabs. While the first token is awaited, nobody knows the
   * user yet: what is kept is removed when the token arrives, and other tabs go on.
   */
  signOut(): Promise<void>;
  /** Ends the connection of this tab. */
  close(): void;
}
