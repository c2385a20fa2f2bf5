import type { ConnectOptions, Inbox } from './api.js';
import { createClient } from './client.js';

export type * from './api.js';

/** Connects a page to the inbox of its user. */
export function connect(options: ConnectOptions): Inbox {
  return createClient(options);
}
