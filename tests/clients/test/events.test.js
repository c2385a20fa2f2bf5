import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { channel } from '../lib/channel.js';
import { EventStream } from '../lib/events.js';
import { lastingPort } from '../lib/ports.js';
import { Server } from '../lib/server.js';
import { within } from '../lib/within.js';

const UNICODE = 'é € 😀 \u2028 \0 "quoted" \\ <b>\r\n';

let server;
before(async () => (server = await Server.start()));
after(() => server.stop());

test('a stream is told everything, in order, whatever is in it', async t => {
  const name = channel(`ch ${UNICODE}`);
  const stream = await EventStream.open(t, server, [name]);
  const [joined] = stream.events.items;
  assert.equal(joined.type, 'joined');
  assert.deepEqual(joined.data, { type: 'joined', channel: name, epoch: joined.data.epoch, offset: 0, recovered: false });

  const sent = [UNICODE, { [UNICODE]: [UNICODE, null, 1.5, true] }, 'x'.repeat(60_000), ...Array.from({ length: 300 }, (_, n) => ({ n }))];
  for (const notification of sent) {
    await server.sendJson({ channel: name, notification });
  }
  const told = (await stream.events.count(1 + sent.length)).slice(1);
  assert.ok(told.every(event => event.type === 'NEW_NOTIFICATION' && event.data.channel === name));
  assert.deepEqual(told.map(event => event.data.data), sent);
  assert.deepEqual(told.map(event => event.id), sent.map((_, index) => joined.id.replace(/0$/, index + 1)));
});

test('JSON with line breaks is one line of data', async t => {
  const name = channel();
  const stream = await EventStream.open(t, server, [name]);
  const response = await fetch(`${server.url}/send`, {
    method: 'POST',
    headers: { 'notification_secret': 'NOTIFICATION_SECRET', 'content-type': 'application/json' },
    body: `{"channel":${JSON.stringify(name)},"notification":{\r\n  "text": "a\\r\\nb",\n\r  "list": [\n1,\r2]\n}}`,
  });
  assert.equal(response.status, 200);
  assert.deepEqual((await stream.events.count(2))[1].data.data, { text: 'a\r\nb', list: [1, 2] });
});

test('the id holds all channels, and a stream that comes back says it again at once', async t => {
  const names = Array.from({ length: 32 }, () => channel());
  const stream = await EventStream.open(t, server, names);
  for (const name of names) {
    await server.sendJson({ channel: name, notification: 'hello' });
  }
  await stream.events.count(64);
  const positions = stream.lastEventId.split(',');
  assert.equal(positions.length, 32);
  assert.ok(positions.every(position => position.endsWith(':1')), stream.lastEventId);
  stream.close();

  const back = new EventStream();
  t.after(() => back.close());
  await back.connect(server.url, names.toReversed(), stream.lastEventId);
  await back.events.count(32);
  assert.deepEqual(back.lastEventId.split(',').sort(), positions.sort());
});

test('a server that leaves says when to come back, and leaves in time', async t => {
  const port = await lastingPort();
  const first = await Server.start(port, { NOTIFY_DRAIN: '2s' });
  const name = channel();
  const streams = await Promise.all(Array.from({ length: 30 }, () => EventStream.open(t, first, [name])));
  const { code, milliseconds } = await first.stop();
  assert.equal(code, 0);
  assert.ok(milliseconds < 9_000, `the server took ${milliseconds} ms to leave`);
  for (const stream of streams) {
    assert.equal(await within(60_000, 'the end', stream.ended), 'ended');
    assert.ok(stream.retry >= 0 && stream.retry <= 2_000, `${stream.retry}`);
  }
});

test('two hundred streams that are cut leave nothing behind', async t => {
  const name = channel();
  const streams = await Promise.all(Array.from({ length: 200 }, () => EventStream.open(t, server, [name])));
  streams.forEach(stream => stream.close());
  const stream = await EventStream.open(t, server, [name]);
  await server.sendJson({ channel: name, notification: 'hello' });
  assert.equal((await stream.events.count(2))[1].data.data, 'hello');
});
