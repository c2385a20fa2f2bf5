import type { Cache } from './cache.js';
import { keepConnection } from './connection.js';
import { errorOf } from './fault.js';
import { list } from './http.js';
import type { Identity } from './identity.js';
import type { PendingMark } from './marks.js';
import type { Change } from './messages.js';
import { queueMarks } from './queue.js';
import type { State, StateUser } from './state.js';
import type { TabMessage, Unsigned } from './tabs.js';
import { hasReturned } from './view.js';

const FIRST_PAGE = 20;
const LARGEST_PAGE = 100;
const AGAIN_MS = 2000;

/** Does what one tab does for all tabs of a browser: it has the connection, loads the list, sends the marks and keeps everything. */
export interface Holder {
  /** Reads what the browser keeps, and connects. */
  start(): Promise<void>;
  /** Does what a tab asks for. */
  hear(message: TabMessage): void;
  /** The network may be back, or somebody looks at the page. */
  wake(): void;
  /** Sends and saves what waits, because the page may go away. */
  flush(): void;
  stop(): void;
}

/** Where a holder is: in a tab, or in the worker of the tabs. */
export interface HolderUser {
  readonly state: State;
  adopt(state: State): void;
  apply(change: Change): void;
  /** Tells all tabs but the one that the holder is in. */
  post(message: Unsigned<TabMessage>): void;
  /** Tells all tabs. */
  say(message: Unsigned<TabMessage>): void;
}

/** Creates the holder. */
export function createHolder(identity: Identity, cache: Cache, user: HolderUser, isStream: boolean): Holder {
  // The number of the last change, by which a tab finds out that it has missed one.
  let changed = 0;
  let isLoading = false;
  let isStopped = false;

  const change = (news: Change) => {
    if (isStopped) {
      return;
    }
    const before = user.state;
    user.apply(news);
    const { state } = user;
    if (state === before && news.type !== 'error') {
      return;
    }
    user.post({ t: 'event', n: ++changed, change: news });
    cache.save(state);
    if (state.marks !== before.marks) {
      cache.saveMarks(state.marks);
    }
    if (news.type === 'inbox' && hasReturned(before, state)) {
      void load('', LARGEST_PAGE).catch(() => {});
    }
    void loadFirst();
  };
  const told: StateUser = {
    get state() { return user.state; },
    change,
  };
  const fail = (error: unknown) => change(errorOf(error));

  const isLive = () => !isStopped && user.state.status === 'live';
  const connection = keepConnection(identity, told, isStream, () => queue.wake(0));
  const queue = queueMarks(told, isLive, (marks) => connection.mark(marks));

  const load = async (before: string, limit: number) => {
    const { items, next } = await list(identity, before, limit);
    change({ type: 'page', before, items, next });
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
      fail(error);
      setTimeout(loadFirst, AGAIN_MS);
    }
    isLoading = false;
  };
  const more = async (limit: number) => {
    const count = user.state.items.length;
    do {
      const { isLoaded, next } = user.state;
      if (next === null) {
        return;
      }
      await load(isLoaded ? next : '', isLoaded && next === '' ? LARGEST_PAGE : limit);
    } while (user.state.items.length <= count && !isStopped);
  };
  const add = (marks: readonly PendingMark[]) => {
    change({ type: 'queued', marks });
    queue.wake();
  };
  // Without `to` it is for all tabs.
  const snap = (to?: string) => user.post({ t: 'snap', to, n: changed, state: user.state });
  const flush = () => {
    queue.flush();
    cache.flush();
  };

  return {
    async start() {
      const kept = await cache.open();
      // The others are answered meanwhile, and another one may have taken over.
      if (isStopped) {
        return;
      }
      if (kept.state && !user.state.isLoaded) {
        user.adopt({ ...kept.state, status: user.state.status, connection: undefined });
      }
      snap();
      connection.start();
      add(kept.marks ?? []);
    },
    hear(message) {
      switch (message.t) {
        case 'hello':
          snap(message.tab);
          if (message.now) {
            connection.wake();
          }
          break;
        case 'mark': add(message.marks); break;
        case 'more': more(message.limit).catch(fail).then(() => user.say({ t: 'page', to: message.tab, n: message.n })); break;
        case 'retry':
          if (user.state.status === 'denied') {
            connection.start();
          }
      }
    },
    wake: () => connection.wake(),
    flush,
    stop() {
      flush();
      isStopped = true;
      connection.close();
      cache.close();
    },
  };
}
