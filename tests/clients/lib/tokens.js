import { createHmac, randomUUID } from 'node:crypto';

export const SECRET = 'dGhlIHRlc3RzIHNpZ24gdGhlaXIgdG9rZW5zIHdpdGggdGhpcw';

const encode = value => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token as a backend makes it. A claim that is undefined is left out. */
export function token(claims, { secret = SECRET, header = { alg: 'HS256', typ: 'JWT' } } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const body = `${encode(header)}.${encode({ iat: now, exp: now + 900, ...claims })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** A token that ended an hour ago. */
export const expired = claims => {
  const now = Math.floor(Date.now() / 1000);
  return token({ iat: now - 7200, exp: now - 3600, ...claims });
};

/** A user that no other test uses. */
export const user = () => `u${randomUUID()}`;

/** Asks the API of the server. */
export async function api(server, path, body) {
  const response = await fetch(`${server.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'authorization': 'Bearer NOTIFICATION_SECRET', 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}
