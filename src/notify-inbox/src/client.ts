import type { ConnectOptions, Inbox, Snapshot, Target } from './api.js';
import { type Cache, createCache } from './cache.js';
import { createEmitter } from './emitter.js';
import { errorOf, faultOf } from './fault.js';
import { createHolder, type Holder } from './holder.js';
import { identify } from './identity.js';
import { initialState } from './initial.js';
import type { MarkKind, PendingMark } from './marks.js';
import type { Change } from './messages.js';
import { watchPage } from './page.js';
import { emptyState, reduce, type State } from './state.js';
import { shareTabs, type TabMessage, type Tabs, type Unsigned } from './tabs.js';
import { marksFor } from './targets.js';
import { shareToasts } from './toast.js';
import { changesSomething, snapshotOf } from './view.js';

const AGAIN_MS = 10_000;

/** Creates the inbox of one tab: what it knows, and what it tells the page. */
export function createClient(options: ConnectOptions): Inbox {
  const identity = identify(options);
  const emitter = createEmitter();
  const id = Math.random().toString(36).slice(2);
  const toasts = shareToasts((item) => emitter.emit('toast', item), (key) => tabs?.post({ t: 'toast', key }));
  const asks = new Map<number, { ask: Unsigned<TabMessage>; resolve(): void }>();
  let state: State = emptyState('');
  let snapshot: Snapshot = snapshotOf(state, []);
  // Marks of this tab that the holder has not taken yet.
  let mine: readonly PendingMark[] = [];
  let tabs: Tabs | undefined;
  let cache: Cache | undefined;
  let holder: Holder | undefined;
  // The tab that has the connection, and the number of its last change.
  let heard: { readonly tab: string; readonly n: number } = { tab: '', n: 0 };
  let [asked, refusals] = [0, 0];
  let [isClosed, isSuspended, isSignedOut] = [false, false, false];

  // Returns what tells the page.
  const update = () => {
    const before = snapshot;
    mine = mine.filter(({ key }) => !state.marks.some((mark) => mark.key === key));
    const now = snapshot = snapshotOf(state, [...state.marks, ...mine], before);
    return () => {
      if (now.status !== before.status) {
        emitter.emit('status', now.status);
      }
      if (now !== before) {
        emitter.emit('change', now);
      }
    };
  };
  const adopt = (next: State) => {
    state = next;
    update()();
  };
  const apply = (change: Change) => {
    if (change.type === 'error') {
      emitter.emit('error', change.error);
    }
    const before = state;
    state = reduce(state, change);
    if (state === before) {
      return;
    }
    const tell = update();
    const item = change.type === 'notification'
      && snapshot.items.find(({ channel, offset }) => channel === change.channel && offset === change.offset);
    if (item) {
      emitter.emit('notification', item);
      if (change.live) {
        toasts.offer(item);
      }
    }
    tell();
  };

  // What only the holder does is asked of all tabs, this one included.
  const say = (message: Unsigned<TabMessage>) => {
    tabs?.post(message);
    hear({ ...message, tab: id });
  };
  // A new holder does not know what the old one was asked.
  const sayAgain = () => {
    say({ t: 'mark', marks: mine });
    asks.forEach(({ ask }) => say(ask));
  };

  const hear = (message: TabMessage) => {
    const { tab } = message;
    switch (message.t) {
      case 'page':
        if (message.to === id) {
          asks.get(message.n)?.resolve();
          asks.delete(message.n);
        }
        break;
      case 'toast': toasts.taken(message.key); break;
      case 'bye': void forget(); break;
      // The worker of the tabs cannot call what the page has given to this one.
      case 'token':
        void identity.renew().catch(faultOf).then((error) => tabs?.post({ t: 'token', token: identity.token, error: error ?? undefined }));
        break;
      case 'snap':
        if (!holder && (message.to ?? id) === id) {
          const isNew = tab !== heard.tab;
          heard = message;
          adopt(message.state);
          if (isNew) {
            sayAgain();
          }
        }
        break;
      case 'event':
        if (holder) {
          break;
        }
        if (tab === heard.tab && message.n === heard.n + 1) {
          heard = message;
          apply(message.change);
        } else {
          tabs!.hello();
        }
        break;
      default: holder?.hear(message);
    }
  };

  // This tab has the connection.
  const lead = async () => {
    const own = holder = createHolder(identity, cache!, {
      get state() { return state; },
      adopt,
      apply,
      post: (message) => tabs?.post(message),
      say,
    }, options.transport === 'sse');
    await own.start();
    if (own === holder) {
      sayAgain();
    }
  };
  const retire = () => {
    holder?.stop();
    holder = undefined;
  };
  const join = () => tabs?.start(options.tabs === 'own');
  const leave = () => {
    retire();
    tabs?.stop();
  };
  const close = () => {
    isClosed = true;
    stopWatching();
    leave();
  };
  const forget = async () => {
    close();
    mine = [];
    adopt({ ...emptyState(state.channel), status: 'offline' });
    await cache?.remove();
  };

  const begin = async () => {
    try {
      const user = await identity.begin();
      const name = `notify:${identity.url}:${user}`;
      cache = createCache(options.cache === 'memory' || options.tabs === 'own' ? '' : name);
      if (isClosed) {
        if (isSignedOut) {
          void cache.remove();
        }
        return;
      }
      const channel = `user:${user}`;
      if (state.channel !== channel) {
        adopt(emptyState(channel));
      }
      tabs = shareTabs(id, name, {
        lead,
        follow: retire,
        heard: hear,
        // Functions stay in the page.
        hire: () => ({ t: 'start', options: JSON.stringify({ ...options, url: identity.url, user }), token: !!identity.token, state }),
      }, options.workerUrl);
      if (!isSuspended) {
        join();
      }
    } catch (error) {
      apply(errorOf(error));
      const isDenied = faultOf(error).code === 'unauthorized' && ++refusals > 1;
      apply({ type: 'status', status: isDenied ? 'denied' : 'offline' });
      if (!isDenied) {
        setTimeout(() => isClosed || begin(), Math.random() * AGAIN_MS);
      }
    }
  };

  const mark = (as: MarkKind) => (target: Target) => {
    const marks = marksFor(state, as, target)
      .filter((each) => changesSomething(state, [...state.marks, ...mine], each))
      .map((each) => ({ key: `${id} ${++asked}`, mark: each }));
    if (marks.length > 0) {
      mine = [...mine, ...marks];
      update()();
      say({ t: 'mark', marks });
    }
  };

  const suspend = () => {
    isSuspended = true;
    leave();
  };
  const resume = () => {
    if (isSuspended) {
      isSuspended = false;
      join();
    }
  };
  const show = () => {
    holder?.wake();
    tabs?.hello();
  };
  const stopWatching = watchPage(suspend, resume, () => holder?.flush(), show);
  const own = options.initial?.channels[0];
  if (own) {
    adopt(initialState(own.channel, options.initial!));
  }
  void begin();

  return {
    get connection() { return state.connection; },
    getSnapshot: () => snapshot,
    subscribe: (listener) => emitter.on('change', listener),
    on: emitter.on,
    markSeen: mark('seen'),
    markRead: mark('read'),
    markUnread: mark('unread'),
    archive: mark('archived'),
    unarchive: mark('unarchived'),
    remove: mark('deleted'),
    click: mark('clicked'),
    loadMore: (limit = 20) => new Promise((resolve) => {
      const ask = { t: 'more', n: ++asked, limit } as const;
      asks.set(ask.n, { ask, resolve });
      say(ask);
    }),
    retry() {
      say({ t: 'retry' });
      if (!tabs && state.status === 'denied') {
        refusals = 0;
        void begin();
      }
    },
    async signOut() {
      // Before the first token, nobody knows yet whose inbox to remove.
      isSignedOut = true;
      tabs?.post({ t: 'bye' });
      await forget();
    },
    close,
  };
}
