import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { channel } from '../lib/channel.js';
import { Client, matrix } from '../lib/client.js';
import { EventStream } from '../lib/events.js';
import { PlainClient } from '../lib/plain.js';
import { Server } from '../lib/server.js';

let server;
before(async () => (server = await Server.start(0, { NOTIFY_MAX_CONNECTIONS: '1', NOTIFY_DRAIN: '100ms' })));
after(() => server.stop());

test('a stock client that finds the node full comes back by itself until there is a place', async t => {
  let holder = await Client.open(t, server.url, matrix[0]);
  for (const kind of matrix) {
    const name = channel();
    const next = new Client(server.url, kind);
    t.after(() => next.socket.close());
    await next.errors.count(1);
    assert.deepEqual(next.connects.items, []);
    await holder.join(name);
    await server.sendJson({ channel: name, notification: 'to the one that is there' });
    await holder.notifications.has('to the one that is there');

    holder.socket.close();
    await next.connects.count(1);
    await next.join(name);
    holder = next;
  }
});

test('a client that joins thousands of channels when it connects is served', async t => {
  const wide = await Server.start(0, { NOTIFY_DRAIN: '100ms' });
  t.after(() => wide.stop());
  for (const transport of ['websocket', 'polling']) {
    const client = await Client.open(t, wide.url, { generation: matrix.at(-1).generation, transport });
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 3000 }, (_, n) => client.ask('join', `c${n}`)));
    assert.ok(answers.every(answer => answer.epoch), JSON.stringify(answers.find(answer => !answer.epoch)));
    t.diagnostic(`3,000 joins over ${transport}: ${Math.round(performance.now() - began)} ms`);
    client.socket.close();
  }
});

test('a full node tells plain WebSockets and event streams when to try again, and lets them in when there is a place', async t => {
  const full = await Server.start(0, { NOTIFY_MAX_CONNECTIONS: '1', NOTIFY_DRAIN: '100ms' });
  t.after(() => full.stop());
  const holder = await PlainClient.open(t, full);

  const refused = new PlainClient(full.url);
  assert.deepEqual(await refused.closed, { code: 4010, reason: 'limit' });
  const [{ reconnectAfterMs, ...closing }, ...more] = refused.messages.items;
  assert.deepEqual([closing, more], [{ type: 'closing', code: 'limit' }, []]);

  const stream = new EventStream();
  await stream.connect(full.url, ['c']);
  assert.equal(await stream.ended, 'ended');
  for (const wait of [reconnectAfterMs, stream.retry]) {
    assert.ok(wait >= 5000 && wait < 15000, String(wait));
  }

  const name = channel();
  await holder.join(name);
  await full.sendJson({ channel: name, notification: 'to the one that is there' });
  await holder.messages.count(3);
  assert.deepEqual(holder.data, ['to the one that is there']);

  // Who tries again until it is let in is, once the place is free.
  holder.socket.close();
  await holder.closed;
  for (let next; next === undefined; await delay(50)) {
    const client = new PlainClient(full.url);
    t.after(() => client.socket.terminate());
    await client.messages.count(1);
    next = client.messages.items[0].type === 'welcome' ? client : undefined;
  }
});
