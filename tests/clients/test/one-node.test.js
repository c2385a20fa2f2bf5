import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { channel } from '../lib/channel.js';
import { Client, generations } from '../lib/client.js';
import { EventStream } from '../lib/events.js';
import { PlainClient } from '../lib/plain.js';
import { Proxy } from '../lib/proxy.js';
import { Server } from '../lib/server.js';
import { within } from '../lib/within.js';

// With the default secret, the server accepts no send that comes through a proxy.
const SECRET = 'a secret of a backend';

let server, url;
const cleanups = [];
before(async () => {
  server = await Server.start(0, { NOTIFICATION_SECRET: SECRET, NOTIFY_TRUSTED_PROXIES: 'loopback' });
  url = (await Proxy.start({ after: cleanup => cleanups.unshift(cleanup) }, 'nginx for one node', [server.port])).url;
});
after(async () => {
  for (const cleanup of cleanups) {
    await cleanup();
  }
  await server.stop();
});

async function send(base, header, name, notification) {
  const answer = await fetch(`${base}/send`, {
    method: 'POST',
    headers: { [header]: SECRET, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: name, notification }),
  });
  await answer.text();
  return answer.status;
}

for (const header of ['notification_secret', 'notification-secret']) {
  test(`nginx passes the header ${header}`, async () => {
    assert.equal(await send(url, header, channel(), 'hello'), 200);
  });
}

for (const [place, prefix] of [['at the root', ''], ['below a path prefix', '/notify']]) {
  test(`every transport works ${place}`, async t => {
    const [name, base] = [channel(), `${url}${prefix}`];
    const socket = await Client.open(t, url, { generation: generations[3], transport: 'polling, then websocket' }, { path: `${prefix}/socket.io` });
    await within(60_000, 'the upgrade', socket.upgraded);
    await socket.join(name);
    const plain = await PlainClient.open(t, { url: base });
    await plain.join(name);
    const stream = await EventStream.open(t, { url: base }, [name]);

    assert.equal(await send(base, 'notification_secret', name, { n: 1 }), 200);

    assert.deepEqual(await socket.notifications.count(1), [{ n: 1 }]);
    await plain.messages.count(3);
    assert.deepEqual(plain.data, [{ n: 1 }]);
    assert.deepEqual((await stream.events.count(2)).at(-1).data.data, { n: 1 });
  });
}

test('systemd accepts the unit', t => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-unit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const unit = readFileSync(new URL('../../../config/notify.service', import.meta.url), 'utf8');

  // The program that it starts has to exist on this machine.
  writeFileSync(join(folder, 'notify.service'), unit.replace('/usr/bin/dotnet', process.execPath));
  const output = execFileSync('systemd-analyze', ['verify', join(folder, 'notify.service')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  assert.equal(output, '');
  assert.match(unit, /^ExecStart=\/usr\/bin\/dotnet \/opt\/notify\/Notify\.Server\.dll$/m);
});
