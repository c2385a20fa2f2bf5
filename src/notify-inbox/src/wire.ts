import { type Fault, fault } from './fault.js';
import type { Marked } from './http.js';
import type { Identity } from './identity.js';
import { endOf, type Link, type LinkUser, type Told } from './link.js';
import { wireMark } from './marks.js';
import type { State } from './state.js';

const ANSWER_MS = 15_000;
const PROBE_MS = 5000;

const BAD_KEY = 4501;
const PROTOCOL_ERROR = 4503;

type Message = Told | {
  readonly type: 'welcome' | 'pong' | 'authed' | 'expiring' | 'closing' | 'error' | 'marked';
  readonly id?: number | string;
  readonly code?: string;
  readonly message?: string;
  readonly connection?: string;
  readonly reconnectAfterMs?: number;
  readonly epoch?: string;
  readonly rev?: number;
};

/** Connects over a WebSocket. */
export function openSocket(identity: Identity, state: State, user: LinkUser): Link {
  const socket = new WebSocket(`${identity.url.replace('http', 'ws')}/ws?key=${encodeURIComponent(identity.key)}`);
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closing: { code?: string; message?: string; reconnectAfterMs?: number } = {};
  // The request under way, of which there is at most one.
  let asked: { resolve(marked: Marked): void; reject(error: Fault): void } | undefined;

  const send = (message: object) => socket.send(JSON.stringify(message));
  const authenticate = () => identity.token && send({ type: 'auth', token: identity.token, id: '' });
  const join = (channel: string, follow?: readonly string[]) =>
    send({ type: 'join', channel, inbox: true, since: state.positions[channel], id: channel, follow });
  const limit = (milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => end('network'), milliseconds);
  };
  const close = () => {
    isOver = true;
    clearTimeout(timer);
    asked?.reject(fault('network'));
    socket.close();
  };
  const end = (code: string, message?: string, wait?: number) => {
    if (!isOver) {
      close();
      user.ended(endOf(code, message, wait));
    }
  };

  limit(ANSWER_MS);
  socket.onmessage = ({ data }) => {
    if (isOver) {
      return;
    }
    clearTimeout(timer);
    const message = JSON.parse(data as string) as Message;
    switch (message.type) {
      case 'welcome':
        user.welcome(message.connection!);
        authenticate();
        join(state.channel, identity.follow);
        identity.follow.forEach((name) => join(name));
        break;
      case 'expiring': user.expiring(); break;
      case 'closing': closing = message; break;
      case 'marked': asked?.resolve({ epoch: message.epoch!, rev: message.rev! }); break;
      case 'error': {
        const { id, code = '' } = message;
        if (typeof id === 'number') {
          asked?.reject(message as Fault);
        } else if (state.follow.includes(id!) && code !== 'unavailable') {
          user.told({ type: 'left', channel: id! });
        } else {
          end(code, message.message);
        }
        break;
      }
      default:
        if (message.type === 'left' && message.channel === state.channel) {
          end('forbidden');
        } else {
          user.told(message as Told);
        }
    }
  };
  // The close follows. Outside of browsers an error without a listener is thrown.
  socket.onerror = () => {};
  socket.onclose = ({ code: status }) => {
    const code = closing.code ?? (status === BAD_KEY ? 'bad_key' : status === PROTOCOL_ERROR ? 'protocol' : 'network');
    end(code, closing.message, closing.reconnectAfterMs);
  };

  return {
    mark: (marks) => new Promise<Marked>((resolve, reject) => {
      asked = { resolve, reject };
      limit(ANSWER_MS);
      send({ type: 'mark', channel: state.channel, marks: marks.map(wireMark), id: 1 });
    }),
    refresh: authenticate,
    probe() {
      limit(PROBE_MS);
      send({ type: 'ping' });
    },
    close,
  };
}
