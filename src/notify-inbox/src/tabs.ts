import type { Fault } from './fault.js';
import type { Change } from './messages.js';
import type { PendingMark } from './marks.js';
import type { State } from './state.js';

// A tab that is frozen by the browser holds the lock and does not answer.
const FROZEN_MS = 2000;

// A worker may have to be loaded before it answers.
const UNLOADED_MS = 5000;

/** What tabs say to each other, or to their worker. Only the one that has the connection says `snap`, `event` and `page`. */
export type TabMessage =
  /** A tab asks for everything. `now`: somebody looks at it. */
  | { readonly t: 'hello'; readonly tab: string; readonly now: boolean }
  | { readonly t: 'snap'; readonly tab: string; readonly to?: string | undefined; readonly n: number; readonly state: State }
  | { readonly t: 'event'; readonly tab: string; readonly n: number; readonly change: Change }
  | { readonly t: 'mark'; readonly tab: string; readonly marks: readonly PendingMark[] }
  | { readonly t: 'more'; readonly tab: string; readonly n: number; readonly limit: number }
  | { readonly t: 'page'; readonly tab: string; readonly to: string; readonly n: number }
  | { readonly t: 'retry'; readonly tab: string }
  /** A tab shows a toast, so no other tab does. */
  | { readonly t: 'toast'; readonly tab: string; readonly key: string }
  /** The user signs out. */
  | { readonly t: 'bye'; readonly tab: string }
  /** To a worker: a tab comes, with its options as JSON. `token`: it has tokens. */
  | { readonly t: 'start'; readonly tab: string; readonly options: string; readonly token: boolean; readonly state: State }
  /** To a worker: a tab goes. */
  | { readonly t: 'gone'; readonly tab: string }
  /** A worker asks a tab for a token, and the answer. */
  | { readonly t: 'token'; readonly tab: string; readonly token?: string; readonly error?: Fault | undefined };

/** A message without what is the same for all. */
export type Unsigned<T> = T extends unknown ? Omit<T, 'tab'> : never;

/** A tab. */
export interface TabUser {
  /** This tab has the connection from now on. */
  lead(): void;
  /** Another tab has it. */
  follow(): void;
  heard(message: TabMessage): void;
  /** Returns what a worker has to know. */
  hire(): Unsigned<TabMessage>;
}

/** The tabs of a browser. */
export interface Tabs {
  /** Begins, alone or together with the other tabs. */
  start(isAlone: boolean): void;
  /** Asks the holder for everything. A holder that does not answer a tab that somebody looks at loses the lock. */
  hello(): void;
  /** Tells all other tabs. */
  post(message: Unsigned<TabMessage>): void;
  /** Leaves. The browser gives the lock to another tab. */
  stop(): void;
}

/** Decides who has the connection: a shared worker, if the page names one that starts, or else the tab that holds a Web Lock. */
export function shareTabs(tab: string, name: string, user: TabUser, workerUrl?: string): Tabs {
  let channel: BroadcastChannel | MessagePort | undefined;
  let worker: SharedWorker | undefined;
  let request: AbortController | undefined;
  let release: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLeading = false;

  const lead = () => {
    clearTimeout(timer);
    isLeading = true;
    user.lead();
  };
  const post = (message: Unsigned<TabMessage>) => channel?.postMessage({ v: 1, tab, ...message });
  const hello = () => {
    if (channel && !isLeading) {
      const now = !document.hidden;
      clearTimeout(timer);
      timer = now ? setTimeout(worker ? share : () => ask(true), worker ? UNLOADED_MS : FROZEN_MS) : undefined;
      post({ t: 'hello', now });
    }
  };
  const ask = (steal: boolean) => {
    request?.abort();
    const mine = request = new AbortController();
    const held = () => new Promise<void>((resolve) => {
      if (mine === request) {
        release = resolve;
        lead();
      } else {
        resolve();
      }
    });
    navigator.locks.request(name, steal ? { steal } : { signal: mine.signal }, held).catch(() => {
      // Another tab has taken the lock, because this one did not answer.
      if (mine === request) {
        isLeading = false;
        user.follow();
        ask(false);
        hello();
      }
    });
  };

  const listen = (other: BroadcastChannel | MessagePort) => {
    channel = other;
    channel.onmessage = ({ data }: MessageEvent<TabMessage & { v: number }>) => {
      if (data.v === 1) {
        if (data.t === 'snap' || data.t === 'event') {
          clearTimeout(timer);
        }
        user.heard(data);
      }
    };
  };
  const share = () => {
    stop();
    // Pages without TLS and old browsers have no locks.
    if (globalThis.navigator?.locks) {
      listen(new BroadcastChannel(name));
      ask(false);
      hello();
    } else {
      lead();
    }
  };
  const hire = () => {
    try {
      const mine = worker = new SharedWorker(workerUrl!, { name });
      mine.onerror = () => mine === worker && share();
      listen(mine.port);
      post(user.hire());
      hello();
    } catch {
      // The browser has no such workers, or may not start this one.
      share();
    }
  };
  const stop = () => {
    if (worker) {
      post({ t: 'gone' });
      worker = undefined;
    }
    clearTimeout(timer);
    request?.abort();
    request = undefined;
    isLeading = false;
    release?.();
    channel?.close();
    channel = undefined;
  };

  return {
    start: (isAlone) => isAlone ? lead() : workerUrl ? hire() : share(),
    hello,
    post,
    stop,
  };
}
