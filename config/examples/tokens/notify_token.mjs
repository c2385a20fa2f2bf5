// node notify_token.mjs USER CHANNEL...
import { createHmac } from 'node:crypto';
import { pathToFileURL } from 'node:url';

/**
 * Returns a token for a page. `channels` is what its user may join: names, and prefixes with * at the end. The own channel, user:ID,
 * needs no entry.
 */
export function notifyToken(secret, user, channels = [], seconds = 900) {
  const base64 = text => Buffer.from(text).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: String(user), channels, iat: now, exp: now + seconds };
  const body = `${base64('{"alg":"HS256","typ":"JWT"}')}.${base64(JSON.stringify(claims))}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [user, ...channels] = process.argv.slice(2);
  const secret = process.env.NOTIFY_TOKEN_SECRET;
  if (!secret || !user) {
    console.error('no token: NOTIFY_TOKEN_SECRET or the user is not set');
    process.exit(1);
  }
  console.log(notifyToken(secret, user, channels));
}
