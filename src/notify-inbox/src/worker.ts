import type { ConnectOptions } from './api.js';
import { createCache } from './cache.js';
import { fault } from './fault.js';
import { createHolder, type Holder } from './holder.js';
import { identify } from './identity.js';
import { reduce, type State } from './state.js';
import type { TabMessage, Unsigned } from './tabs.js';

// A tab that was closed or frozen by the browser may say nothing.
const SILENT_MS = 5000;

type Message = TabMessage & { readonly v: number };
type TokenMessage = TabMessage & { readonly t: 'token' };

/** What the browser gives to a shared worker. */
interface Scope {
  /** The name of the inbox. */
  readonly name: string;
  onconnect: (event: MessageEvent) => void;
}

const scope = globalThis as unknown as Scope;
const id = `worker ${Math.random().toString(36).slice(2)}`;
// The tabs by their ids. The one that was heard last is at the end.
const ports = new Map<string, MessagePort>();
let state: State;
let holder: Holder | undefined;

const post = (message: Unsigned<TabMessage>, to: Iterable<MessagePort> = ports.values()) => {
  for (const port of to) {
    port.postMessage({ v: 1, tab: id, ...message });
  }
};
const passOn = (message: Message) => ports.forEach((port, tab) => tab !== message.tab && port.postMessage(message));

// The token that is awaited. Only pages have tokens: one tab is asked after the other, the one that was heard last first.
let awaited: Promise<string> | undefined;
let askNext = () => {};
let answer = (_: TokenMessage) => {};
const askToken = () => awaited ??= new Promise<string>((resolve, reject) => {
  const asked = new Set<MessagePort>();
  askNext = () => {
    const all = [...ports.values()].reverse();
    const port = all.find((each) => !asked.has(each)) ?? all[0];
    if (port) {
      asked.add(port);
      post({ t: 'token' }, [port]);
    }
  };
  const timer = setInterval(askNext, SILENT_MS);
  answer = ({ token = '', error }) => {
    clearInterval(timer);
    askNext = () => {};
    awaited = undefined;
    if (error) {
      reject(fault(error.code, error.message));
    } else {
      resolve(token);
    }
  };
  askNext();
});

const begin = (json: string, hasTokens: boolean, known: State) => {
  const options = JSON.parse(json) as ConnectOptions;
  state = known;
  holder = createHolder(
    identify(hasTokens ? { ...options, token: askToken } : options),
    createCache(options.cache === 'memory' ? '' : scope.name),
    {
      get state() { return state; },
      adopt: (next) => (state = next),
      apply: (change) => (state = reduce(state, change)),
      post,
      say: post,
    },
    options.transport === 'sse',
  );
  void holder.start();
};
// The browser ends a worker without tabs. One that comes before begins anew.
const end = () => {
  holder?.stop();
  holder = undefined;
  ports.clear();
};

const lose = (tab: string, port: MessagePort) => {
  // The tab may have come back with another port.
  if (ports.get(tab) === port) {
    ports.delete(tab);
    if (ports.size === 0) {
      end();
    }
    askNext();
  }
};
const hear = (message: Message, port: MessagePort) => {
  const { tab } = message;
  if (ports.get(tab) === port) {
    ports.delete(tab);
    ports.set(tab, port);
  }
  switch (message.t) {
    case 'start':
      ports.set(tab, port);
      // Browsers that know when a page has crashed say so.
      port.addEventListener('close', () => lose(tab, port));
      if (!holder) {
        begin(message.options, message.token, message.state);
      }
      askNext();
      break;
    case 'gone': lose(tab, port); break;
    case 'token': answer(message); break;
    case 'toast': passOn(message); break;
    case 'bye':
      passOn(message);
      end();
      break;
    default: holder?.hear(message);
  }
};

scope.onconnect = ({ ports: [port] }) => {
  port!.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.v === 1) {
      hear(data, port!);
    }
  };
};
