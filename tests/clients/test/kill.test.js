import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PlainClient } from '../lib/plain.js';
import { Server } from '../lib/server.js';

const ROUNDS = 20;
const SENDERS = 12;
const CHANNELS = ['orders', 'user:1', 'user:2'];

/** A backend that sends one after another until the server is gone, and knows which were answered. */
async function storm(server, sender, round, sent) {
  for (let n = 0; ; n++) {
    const channel = CHANNELS[(sender + n) % CHANNELS.length];
    const entry = { channel, sender, id: `${round}.${sender}.${n}`, isAnswered: false };
    sent.push(entry);
    try {
      await server.sendJson({ channel, notification: entry.id });
    } catch {
      return;
    }
    entry.isAnswered = true;
  }
}

/** Everything that a fresh client is told of a channel. */
async function read(t, server, channel, round) {
  const mark = `mark ${round}`;
  await server.sendJson({ channel, notification: mark });
  const client = await PlainClient.open(t, server);
  client.send({ type: 'join', channel, since: 'earliest' });
  while (client.messages.items.at(-1).data !== mark) {
    await client.messages.count(client.messages.items.length + 1);
  }
  client.socket.terminate();
  const [, joined, ...told] = client.messages.items;
  assert.deepEqual({ type: joined.type, offset: joined.offset, recovered: joined.recovered }, { type: 'joined', offset: 0, recovered: true });
  assert.ok(told.every((each, index) => each.offset === index + 1), 'offsets have no hole');
  assert.ok(told.every(each => each.epoch === joined.epoch), 'the epoch is one');
  return { epoch: joined.epoch, data: told.map(each => each.data).filter(data => !data.startsWith('mark')) };
}

test(`a server that is killed in a storm of sends loses, doubles and reorders nothing that it answered, ${ROUNDS} times`, { timeout: 600_000 }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-kill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const environment = { NOTIFY_STORE: `sqlite:${join(folder, 'notify.db')}`, NOTIFY_HISTORY_SIZE: '100000' };
  const sent = [];
  const epochs = {};
  let server = await Server.start(0, environment);
  t.after(() => server.kill());
  for (let round = 1; round <= ROUNDS; round++) {
    const senders = Array.from({ length: SENDERS }, (_, sender) => storm(server, sender, round, sent));
    const enough = sent.length + 100 + Math.floor(Math.random() * 400);
    while (sent.length < enough) {
      await new Promise(resolve => setImmediate(resolve));
    }
    await server.kill();
    await Promise.all(senders);
    server = await Server.start(0, environment);

    for (const channel of CHANNELS) {
      const { epoch, data } = await read(t, server, channel, round);
      assert.equal(epochs[channel] ??= epoch, epoch, 'a restart is the same life');
      const places = new Map(data.map((id, place) => [id, place]));
      assert.equal(places.size, data.length, 'nothing is doubled');
      const mine = sent.filter(each => each.channel === channel);
      assert.deepEqual(mine.filter(each => each.isAnswered && !places.has(each.id)), [], 'nothing answered is lost');
      const known = new Set(mine.map(each => each.id));
      assert.deepEqual(data.filter(id => !known.has(id)), [], 'nothing was made up');
      for (let sender = 0; sender < SENDERS; sender++) {
        const order = mine.filter(each => each.sender === sender && places.has(each.id)).map(each => places.get(each.id));
        assert.deepEqual(order, [...order].sort((a, b) => a - b), 'each sender keeps its order');
      }
    }
  }
  const answered = sent.filter(each => each.isAnswered).length;
  t.diagnostic(`${ROUNDS} kills: ${answered} sends answered, ${sent.length - answered} not`);
  assert.ok(answered > ROUNDS * 50, `${answered} sends were answered`);
});
