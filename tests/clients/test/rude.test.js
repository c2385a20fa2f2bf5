import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { channel } from '../lib/channel.js';
import { Client, generations } from '../lib/client.js';
import { RawPolling, RawSocket } from '../lib/raw.js';
import { Server } from '../lib/server.js';
import { within } from '../lib/within.js';

const MEGABYTE = 1024 * 1024;
const UNKNOWN = { status: 400, text: '{"code":1,"message":"Session ID unknown"}' };

let server;
before(async () => (server = await Server.start()));
after(() => server.stop());

test('a client that stops reading is closed; the others are told everything, and memory stays flat', async t => {
  // A heap that could not hold what the stalled client does not read.
  const small = await Server.start(0, { DOTNET_GCHeapHardLimit: (64 * MEGABYTE).toString(16) });
  const kinds = [[0, 'websocket'], [3, 'websocket'], [3, 'polling']];
  const readers = kinds.map(([index, transport]) => new Client(small.url, { generation: generations[index], transport }));
  t.after(() => {
    readers.forEach(reader => reader.socket.close());
    return small.stop();
  });
  const name = channel();
  const text = 'x'.repeat(40_000);
  const stalled = await RawSocket.open(t, small);
  await Promise.all([stalled.join(name), ...readers.map(reader => reader.join(name))]);

  // Texts are not kept, and a reader that is behind by more than its queue of 1 MB would be closed as well.
  readers.forEach(reader => {
    reader.socket.off('NEW_NOTIFICATION');
    reader.socket.on('NEW_NOTIFICATION', ({ n }) => reader.notifications.push(n));
  });
  const send = async (from, to) => {
    for (let n = from; n < to; n++) {
      await small.sendJson({ channel: [name, name, name, name, name], notification: { n, text } });
      await Promise.all(readers.map(reader => reader.notifications.count(5 * n)));
    }
  };

  await send(0, 50);
  stalled.socket.pause();
  const before = small.memory;
  let most = 0;
  for (let n = 50; n < 450; n += 50) {
    await send(n, n + 50);
    most = Math.max(most, small.memory);
  }
  const expected = Array.from({ length: 2_250 }, (_, index) => Math.floor(index / 5));
  for (const reader of readers) {
    assert.deepEqual(await reader.notifications.count(expected.length), expected);
    assert.deepEqual(reader.disconnects.items, []);
  }
  assert.ok(most - before < 80 * MEGABYTE, `memory grew from ${before} to ${most} while 80 MB were sent`);

  stalled.socket.resume();
  await within(60_000, 'the client that stopped reading is closed', stalled.closed);
  assert.ok(stalled.packets.items.length < expected.length, 'the client that stopped reading was told everything');
});

test('a poll that is cut ends its session', async () => {
  const polling = await RawPolling.open(server);
  const poll = polling.get();

  // It has been sent: the server is told of the cut behind it. A post on another connection may overtake it.
  await once(poll.request, 'finish');
  assert.deepEqual(await polling.post('42["nothing"]').answer, { status: 200, text: 'ok' });
  poll.request.destroy();
  let answer;
  while ((answer = await polling.post('42["nothing"]').answer).status === 200) {
    await delay(20);
  }
  assert.deepEqual(answer, UNKNOWN);
});

test('a post that is cut harms nobody', async () => {
  const polling = await RawPolling.open(server);
  const post = polling.send({ method: 'POST', headers: { 'content-type': 'text/plain', 'content-length': 1000 } }, '42["join"');
  await once(post.request, 'socket');
  post.request.destroy();
  const other = await RawPolling.open(server);
  assert.deepEqual(await other.post('42["nothing"]').answer, { status: 200, text: 'ok' });
});

test('two hundred polls that are cut leave nothing behind', async t => {
  const name = channel();
  const pollings = await Promise.all(Array.from({ length: 200 }, () => RawPolling.open(server)));
  await Promise.all(pollings.map(polling => polling.post(`42${JSON.stringify(['join', name])}`).answer));
  const polls = pollings.map(polling => polling.get());
  await Promise.all(polls.map(poll => poll.request.socket ?? once(poll.request, 'socket')));
  polls.forEach(poll => poll.request.destroy());
  const client = await Client.open(t, server.url, { generation: generations[3], transport: 'websocket' });
  await client.join(name);
  await server.sendJson({ channel: name, notification: 'hello' });
  assert.deepEqual(await client.notifications.count(1), ['hello']);
});

test('a WebSocket that vanishes takes nobody along', async t => {
  const name = channel();
  const client = await Client.open(t, server.url, { generation: generations[0], transport: 'websocket' });
  await client.join(name);
  const raws = await Promise.all(Array.from({ length: 20 }, () => RawSocket.open(t, server)));
  await Promise.all(raws.map(raw => raw.join(name)));
  raws.forEach(raw => raw.socket.terminate());
  for (let n = 0; n < 50; n++) {
    await server.sendJson({ channel: name, notification: n + 1 });
  }
  assert.deepEqual(await client.notifications.count(50), Array.from({ length: 50 }, (_, n) => n + 1));
});
