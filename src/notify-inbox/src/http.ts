import { fault } from './fault.js';
import type { Identity } from './identity.js';
import { type Mark, wireMark } from './marks.js';
import type { ToldItem } from './messages.js';
import type { State } from './state.js';

/** The version of an inbox that has a mark. */
export interface Marked {
  readonly epoch: string;
  readonly rev: number;
}

/** A page of the list. */
export interface Page {
  readonly items: readonly ToldItem[];
  readonly next: string | null;
}

/** Lists items, newest first. */
export const list = (identity: Identity, before: string, limit: number): Promise<Page> =>
  ask(identity, '/inbox', { limit: String(limit), ...(before && { before }) });

/** Marks items, all or none. */
export const mark = (identity: Identity, marks: readonly Mark[]): Promise<Marked> =>
  ask(identity, '/inbox/mark', {}, JSON.stringify({ marks: marks.map(wireMark) }));

/** Opens an event stream that continues after the last event. */
export function stream({ url, key, follow, headers }: Identity, { channel, cursor }: State, signal: AbortSignal): Promise<Response> {
  const query = { channel, inbox: '1', follow, key, lastEventId: cursor };
  return fetch(address(`${url}/events`, query), { headers, signal, cache: 'no-store' });
}

async function ask<T>(identity: Identity, path: string, more: Record<string, string>, body?: string, isAgain = false): Promise<T> {
  const { url, query, headers } = identity;
  const response = await fetch(address(url + path, { ...query, ...more }), body === undefined
    ? { headers }
    : { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } });
  const { status } = response;
  if (status === 401 && identity.token && !isAgain) {
    // A connection may last longer than its token.
    await identity.renew();
    return ask(identity, path, more, body, true);
  }
  const answer = await response.json().catch(() => ({})) as T & { code?: string; detail?: string };
  if (!response.ok) {
    // Above the rate, and while the server does not answer, the same request succeeds later.
    throw fault(status === 429 || status >= 500 ? 'unavailable' : answer.code ?? 'network', answer.detail ?? `HTTP ${status}`);
  }
  return answer;
}

function address(url: string, query: Record<string, string | readonly string[]>): string {
  const pairs = Object.entries(query).flatMap(([name, values]) => [values].flat().map((value) => [name, value as string]));
  return `${url}?${new URLSearchParams(pairs)}`;
}
