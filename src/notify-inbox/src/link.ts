import type { Marked } from './http.js';
import type { Mark } from './marks.js';
import type { AnnouncementMessage, InboxMessage, JoinedMessage, NotificationMessage } from './messages.js';

/** What the server says of the channels. */
export type Told =
  | JoinedMessage
  | NotificationMessage
  | InboxMessage
  | AnnouncementMessage
  | { readonly type: 'left'; readonly channel: string };

/** Why a link has ended. */
export interface End {
  /** `lost`: come back. `refused`: come back with another token. `over`: do not come back. */
  readonly kind: 'lost' | 'refused' | 'over';
  readonly code: string;
  readonly message: string;
  /** When the server wants the client back, in milliseconds. */
  readonly wait?: number | undefined;
}

/** One connection to the server. */
export interface Link {
  /** Marks items, all or none. The next call waits for the answer. */
  mark(marks: readonly Mark[]): Promise<Marked>;
  /** Shows a new token. */
  refresh(): void;
  /** Ends the link soon if the server does not answer. */
  probe(): void;
  close(): void;
}

/** Who uses a link. It hears nothing after `ended`, and after it has closed the link. */
export interface LinkUser {
  /** `connection` is the id that a backend may exclude from toasts. */
  welcome(connection: string): void;
  told(message: Told): void;
  expiring(): void;
  ended(end: End): void;
}

// The codes that are about the key, the token or the user; and those that no token changes.
const REFUSED = /key|token|blocked|authorized|forbidden/;
const OVER = /other_user|disconnected|not_inbox|unsupported|channel|protocol/;

/** Returns the end for a code with which the server refuses something. */
export const endOf = (code: string, message = 'The server refuses the token or the key.', wait?: number): End =>
  ({ kind: REFUSED.test(code) ? 'refused' : OVER.test(code) ? 'over' : 'lost', code, message, wait });
