import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { test } from 'node:test';
import { channel } from '../lib/channel.js';
import { Client, matrix } from '../lib/client.js';
import { lastingPort } from '../lib/ports.js';
import { RawSocket } from '../lib/raw.js';
import { Server } from '../lib/server.js';

test('every client comes back by itself after a restart, and joins again', async t => {
  const port = await lastingPort();
  const name = channel();
  const first = await Server.start(port, { NOTIFY_DRAIN: '2s' });
  const clients = matrix.map(kind => {
    const client = new Client(first.url, kind);
    t.after(() => client.socket.close());
    client.socket.on('connect', () => client.ask('join', name).then(() => client.joined.push(name), () => {}));
    return client;
  });
  await Promise.all(clients.map(client => client.joined.count(1)));
  await first.sendJson({ channel: name, notification: 'before' });
  await Promise.all(clients.map(client => client.notifications.count(1)));

  const { code, milliseconds } = await first.stop();
  assert.equal(code, 0);
  assert.ok(milliseconds < 9_000, `the server took ${milliseconds} ms to leave`);

  const second = await Server.start(port);
  t.after(() => second.stop());
  await Promise.all(clients.map(client => client.joined.count(2)));
  await second.sendJson({ channel: name, notification: 'after' });
  for (const client of clients) {
    assert.deepEqual(await client.notifications.count(2), ['before', 'after']);
    assert.ok(!client.disconnects.items.includes('io server disconnect'), client.disconnects.items.join());
  }
});

test('a server without clients does not wait for any', async () => {
  const server = await Server.start(0, { NOTIFY_DRAIN: '7s' });
  const { code, milliseconds } = await server.stop();
  assert.equal(code, 0);
  assert.ok(milliseconds < 7_000, `the server took ${milliseconds} ms to leave`);
});

test('a server whose channels are being started just then leaves in time', async t => {
  for (const pause of [20, 50, 80]) {
    const server = await Server.start(0, { NOTIFY_DRAIN: '0s' });
    const raw = await RawSocket.open(t, server);
    raw.socket.send(`42${JSON.stringify(['join', Array.from({ length: 1000 }, (_, n) => `c${n}`)])}`);

    // The moments in which shards begin; nothing that a client sees tells them.
    await new Promise(resolve => setTimeout(resolve, pause));
    raw.socket.terminate();
    const { code, milliseconds } = await server.stop();
    assert.equal(code, 0);
    assert.ok(milliseconds < 9_000, `the server took ${milliseconds} ms to leave`);
  }
});

test('connections that say nothing do not hold a server that leaves', async t => {
  const server = await Server.start();
  const speak = async (text, answer) => {
    const socket = createConnection(server.port, '127.0.0.1');
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    socket.write(text);
    if (answer) {
      const [data] = await once(socket, 'data');
      assert.match(data.toString(), answer);
    }
    socket.on('error', () => {});
  };
  await speak('');
  await speak('GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n');

  // A server asks to continue when it has begun to read the body.
  await speak('POST /send HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n', /100 Continue/);
  const { code, milliseconds } = await server.stop();
  assert.equal(code, 0);
  assert.ok(milliseconds < 9_000, `the server took ${milliseconds} ms to leave`);
});
