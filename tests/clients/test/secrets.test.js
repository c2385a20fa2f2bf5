import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Server } from '../lib/server.js';

/** A file of secrets in a folder that goes with the test. */
function file(t) {
  const folder = mkdtempSync(join(tmpdir(), 'notify-secrets-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'secrets.json');
  return {
    path,
    write: text => writeFileSync(path, text),
    give: (...names) => writeFileSync(path, JSON.stringify({
      secrets: names.map(name => ({ name, sha256: [createHash('sha256').update(secret(name)).digest('hex')], scopes: ['send'] })),
    })),
  };
}

const secret = name => `the secret of ${name}, which is long enough`;

/** Sends with the secret of a name, and returns the status. */
async function send(server, name) {
  const response = await fetch(`${server.url}/send`, {
    method: 'POST',
    headers: { 'authorization': `Bearer ${secret(name)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: 'c', notification: name }),
  });
  await response.text();
  return response.status;
}

const statuses = async (server, ...names) => Object.fromEntries(await Promise.all(names.map(async name => [name, await send(server, name)])));

test('SIGHUP takes a changed file of secrets, and a broken one changes nothing', { timeout: 600_000 }, async t => {
  const secrets = file(t);
  secrets.give('first');
  const server = await Server.start(0, { NOTIFY_SECRETS: secrets.path, 'Logging__LogLevel__Notify.Server.Backends': 'Information' });
  t.after(() => server.kill());
  assert.deepEqual(await statuses(server, 'first', 'second'), { first: 200, second: 401 });

  // Only who asks is told that nothing has changed.
  server.reload();
  await server.logged(`${secrets.path} holds the secrets that are in use.`);

  secrets.give('second');
  server.reload();
  await server.logged(`New secrets from ${secrets.path}: second. New: second; gone: first; changed: none.`);
  assert.deepEqual(await statuses(server, 'first', 'second'), { first: 401, second: 200 });

  secrets.write('{"secrets":[{"name":"third","sha256":["abc');
  server.reload();
  await server.logged(`The new secrets are not taken: NOTIFY_SECRETS=${secrets.path}: is not JSON that can be read`);
  assert.deepEqual(await statuses(server, 'first', 'second'), { first: 401, second: 200 });

  secrets.give('second', 'third');
  server.reload();
  await server.logged(`New secrets from ${secrets.path}: second, third. New: third; gone: none; changed: none.`);
  assert.deepEqual(await statuses(server, 'second', 'third'), { second: 200, third: 200 });
});

for (const [what, text, reason] of [
  ['that is half written', '{"secrets":[{"name":"shop","sha256":["abc', 'is not JSON that can be read, is not written to its end'],
  ['without secrets', '{}', 'must be an object with the member secrets, a list'],
  ['that is not there', null, 'must be the path of a JSON file that exists and may be read'],
]) {
  test(`a file of secrets ${what} ends the start with exit code 2 and says why`, { timeout: 600_000 }, async t => {
    const secrets = file(t);
    if (text !== null) {
      secrets.write(text);
    }
    const failure = await Server.start(0, { NOTIFY_SECRETS: secrets.path }).then(
      async server => {
        await server.kill();
        return new Error('it has started');
      },
      error => error);
    assert.match(failure.message, /^the server ended with 2:\n/);
    assert.ok(failure.message.includes(`NOTIFY_SECRETS=${secrets.path}: ${reason}`), failure.message);
    assert.ok(!failure.message.includes('   at '), failure.message);
  });
}
