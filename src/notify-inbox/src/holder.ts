import type { Cache } from './cache.js';
import { keepConnection } from './connection.js';
import { errorOf } from './fault.js';
import { list } from './http.js';
import type { Identity } from './identity.js';
import type { PendingMark } from './marks.js';
import type { Change } from './messages.js';
import { queueMarks } from './queue.js';
import type { State, StateUser } from './state.js';
import { hasReturned } from './view.js';

const FIRST_PAGE = 20;
const LARGEST_PAGE = 100;
const AGAIN_MS = 2000;

/** Does what one tab does for all tabs of a browser: it has the connection, loads the list, sends the marks and keeps everything. */
export interface Holder {
  /** Connects. */
  start(): void;
  /** Adds marks to those that are sent in their order. */
  add(marks: readonly PendingMark[]): void;
  /** Loads older items. */
  more(limit: number): Promise<void>;
  /** Does what follows from a change. */
  changed(change: Change, before: State): void;
  /** The network may be back, or somebody looks at the page. */
  wake(): void;
  /** Connects again after `denied`. */
  retry(): void;
  /** Sends and saves what waits, because the page may go away. */
  flush(): void;
  stop(): void;
}

/** Creates the holder. */
export function createHolder(identity: Identity, cache: Cache, user: StateUser, isStream: boolean): Holder {
  let isLoading = false;
  let isStopped = false;

  const isLive = () => !isStopped && user.state.status === 'live';
  const connection = keepConnection(identity, user, isStream, () => queue.wake(0));
  const queue = queueMarks(user, isLive, (marks) => connection.mark(marks));

  const load = async (before: string, limit: number) => {
    const { items, next } = await list(identity, before, limit);
    if (!isStopped) {
      user.change({ type: 'page', before, items, next });
    }
  };
  // The list is read after the joins, so nothing lies between them.
  const loadFirst = async () => {
    const { channel, follow, isLoaded, joined } = user.state;
    if (isLoaded || isLoading || !isLive() || ![channel, ...follow].every((name) => name in joined)) {
      return;
    }
    isLoading = true;
    try {
      await load('', FIRST_PAGE);
    } catch (error) {
      user.change(errorOf(error));
      setTimeout(loadFirst, AGAIN_MS);
    }
    isLoading = false;
  };
  const flush = () => {
    queue.flush();
    cache.flush();
  };

  return {
    start: () => connection.start(),
    add(marks) {
      user.change({ type: 'queued', marks });
      queue.wake();
    },
    async more(limit) {
      const count = user.state.items.length;
      do {
        const { isLoaded, next } = user.state;
        if (next === null) {
          return;
        }
        await load(isLoaded ? next : '', isLoaded && next === '' ? LARGEST_PAGE : limit);
      } while (user.state.items.length <= count && !isStopped);
    },
    changed(change, before) {
      const { state } = user;
      cache.save(state);
      if (state.marks !== before.marks) {
        cache.saveMarks(state.marks);
      }
      if (change.type === 'inbox' && hasReturned(before, state)) {
        void load('', LARGEST_PAGE).catch(() => {});
      }
      void loadFirst();
    },
    wake: () => connection.wake(),
    retry() {
      if (user.state.status === 'denied') {
        connection.start();
      }
    },
    flush,
    stop() {
      flush();
      isStopped = true;
      connection.close();
      cache.close();
    },
  };
}
