import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { channel } from '../lib/channel.js';
import { PlainClient } from '../lib/plain.js';
import { lastingPort } from '../lib/ports.js';
import { Server } from '../lib/server.js';
import { within } from '../lib/within.js';

const UNICODE = 'é € 😀 \u2028 \0 "quoted" \\ <b>';

let server;
before(async () => (server = await Server.start()));
after(() => server.stop());

test('a client joins and is told everything, in order, whatever is in it', async t => {
  const name = channel(`ch ${UNICODE}`);
  const client = await PlainClient.open(t, server);
  assert.equal(client.messages.items[0].type, 'welcome');
  const joined = await client.join(name);
  assert.deepEqual(joined, { type: 'joined', channel: name, epoch: joined.epoch, offset: 0, recovered: false });

  const sent = [UNICODE, { [UNICODE]: [UNICODE, null, 1.5, true] }, 'x'.repeat(60_000), ...Array.from({ length: 300 }, (_, n) => ({ n }))];
  for (const notification of sent) {
    await server.sendJson({ channel: name, notification });
  }
  await client.messages.count(2 + sent.length);
  assert.deepEqual(client.data, sent);
  const told = client.messages.items.slice(2);
  assert.deepEqual(told.map(message => message.offset), sent.map((_, index) => index + 1));
  assert.ok(told.every(message => message.epoch === joined.epoch && message.channel === name && !Number.isNaN(Date.parse(message.at))));
  assert.equal(new Set(told.map(message => message.id)).size, sent.length);
});

test('a client that is compressed by nobody speaks to a library that would compress', async t => {
  const client = await PlainClient.open(t, server, { perMessageDeflate: true });
  assert.equal(client.socket.extensions, '');
  await client.join(channel());
});

test('a wrong key is closed by its name, and so is who does not speak the protocol', async t => {
  const stranger = new PlainClient(server.url, { key: 'wrong' });
  t.after(() => stranger.socket.terminate());
  assert.deepEqual(await within(60_000, 'the close', stranger.closed), { code: 4501, reason: 'bad key' });

  const babbler = await PlainClient.open(t, server);
  for (let n = 0; n < 10; n++) {
    babbler.socket.send('{"type":"babble","id":7}');
  }
  assert.deepEqual(await within(60_000, 'the close', babbler.closed), { code: 4503, reason: 'protocol error' });
  assert.deepEqual(babbler.messages.items.slice(1).map(({ type, code, id }) => ({ type, code, id })), Array(10).fill({ type: 'error', code: 'bad_message', id: 7 }));
});

test('a thousand requests at once are answered, each by its id', async t => {
  const client = await PlainClient.open(t, server);
  for (let id = 0; id < 1000; id++) {
    client.send({ type: id % 2 ? 'leave' : 'join', channel: `many ${id % 20}`, id });
  }
  const answers = (await client.messages.count(1001)).slice(1);
  assert.deepEqual(answers.map(answer => answer.id).sort((a, b) => a - b), Array.from({ length: 1000 }, (_, id) => id));
  assert.ok(answers.every(answer => answer.type === (answer.id % 2 ? 'left' : 'joined')));
});

test('a server that leaves says when to come back, and leaves in time', async t => {
  const port = await lastingPort();
  const first = await Server.start(port, { NOTIFY_DRAIN: '2s' });
  const clients = await Promise.all(Array.from({ length: 50 }, () => PlainClient.open(t, first)));
  const { code, milliseconds } = await first.stop();
  assert.equal(code, 0);
  assert.ok(milliseconds < 9_000, `the server took ${milliseconds} ms to leave`);
  const times = [];
  for (const client of clients) {
    assert.deepEqual(await within(60_000, 'the close', client.closed), { code: 4001, reason: 'draining' });
    const { reconnectAfterMs, ...closing } = client.messages.items.at(-1);
    assert.deepEqual(closing, { type: 'closing', code: 'draining' });
    assert.ok(reconnectAfterMs >= 0 && reconnectAfterMs <= 2_000, `${reconnectAfterMs}`);
    times.push(reconnectAfterMs);
  }
  assert.ok(Math.max(...times) - Math.min(...times) > 500, `not spread: ${times}`);

  const second = await Server.start(port);
  t.after(() => second.stop());
  const name = channel();
  const back = await PlainClient.open(t, second);
  await back.join(name);
  await second.sendJson({ channel: name, notification: 'after' });
  await back.messages.count(3);
  assert.deepEqual(back.data, ['after']);
});

test('clients that answer no close frame do not hold a server that leaves', async t => {
  const leaving = await Server.start(0, { NOTIFY_DRAIN: '0s' });
  for (let n = 0; n < 10; n++) {
    const client = await PlainClient.open(t, leaving);
    client.socket.pause();
  }
  const { code, milliseconds } = await leaving.stop();
  assert.equal(code, 0);
  assert.ok(milliseconds < 9_000, `the server took ${milliseconds} ms to leave`);
});
