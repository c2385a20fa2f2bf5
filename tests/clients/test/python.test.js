import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { channel } from '../lib/channel.js';
import { Inbox } from '../lib/inbox.js';
import { lastingPort } from '../lib/ports.js';
import { Server } from '../lib/server.js';

const script = fileURLToPath(new URL('../python/listener.py', import.meta.url));

function listen(t, url, transport, name) {
  // Debian's own Python has its packages; another one may come first in the path.
  const child = spawn('/usr/bin/python3', [script, url, transport, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = new Inbox();
  createInterface({ input: child.stdout }).on('line', line => lines.push(line));
  return lines;
}

for (const [how, stop] of [['leaves', server => server.stop()], ['is killed', server => server.kill()]]) {
  test(`Python clients, whose handlers have one parameter, come back when the server ${how}`, async t => {
    const port = await lastingPort();
    const name = channel();
    const first = await Server.start(port);
    const clients = ['polling', 'websocket'].map(transport => listen(t, first.url, transport, name));
    await Promise.all(clients.map(lines => lines.count(1)));
    await first.sendJson({ channel: name, notification: 'before' });
    await Promise.all(clients.map(lines => lines.count(2)));
    await stop(first);

    const second = await Server.start(port);
    t.after(() => second.stop());
    await Promise.all(clients.map(lines => lines.count(4)));
    await second.sendJson({ channel: name, notification: 'after' });
    for (const lines of clients) {
      assert.deepEqual(await lines.count(5), ['joined', 'received before', 'disconnected', 'joined', 'received after']);
    }
  });
}
