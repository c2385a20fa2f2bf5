import type { ConnectOptions } from './api.js';
import { fault } from './fault.js';

// The value of NOTIFICATION_KEY in a server that was not told another one.
const DEFAULT_KEY = 'NOTIFICATION_KEY';
const FRESH_MS = 10_000;

/** What a token says. It is not verified: the server does that. */
interface Claims {
  readonly sub?: string | number;
  readonly follow?: readonly string[];
}

/** Who the user is, and how a request says so: by a token, or by name on a server without tokens. */
export interface Identity {
  readonly url: string;
  readonly key: string;
  /** The newest token; empty without tokens. */
  readonly token: string;
  /** The announcement channels of the user. */
  readonly follow: readonly string[];
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Finds out who the user is. The first connection uses the same token. */
  begin(): Promise<string>;
  /** Gets a new token from the page. */
  renew(): Promise<void>;
}

/** Returns who the user of a page is. */
export function identify(options: ConnectOptions): Identity {
  const url = new URL(options.url ?? '', globalThis.location?.href).href.replace(/\/$/, '');
  const key = options.key ?? DEFAULT_KEY;
  let [token, freshUntil] = ['', 0];
  let claims: Claims = {};

  const renew = async () => {
    const isFresh = Date.now() < freshUntil;
    freshUntil = 0;
    if (options.token && !isFresh) {
      token = (await options.token() || '').trim();
      if (!token) {
        throw nobody();
      }
      claims = claimsOf(token);
    }
  };
  return {
    url,
    key,
    get token() { return token; },
    get follow() {
      return options.follow ?? (token ? claims.follow ?? ['announce:all'] : []);
    },
    get query() { return token ? {} : { key, user: options.user!, follow: this.follow }; },
    get headers() { return token ? { authorization: `Bearer ${token}` } : {}; },
    async begin() {
      await renew();
      freshUntil = Date.now() + FRESH_MS;
      const user = options.user ?? claims.sub;
      if (user === undefined) {
        throw nobody();
      }
      return String(user);
    },
    renew,
  };
}

const nobody = () => fault('unauthorized', 'The page names no user.');

function claimsOf(token: string): Claims {
  try {
    const bytes = atob(token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)))) as Claims;
  } catch {
    return {};
  }
}
