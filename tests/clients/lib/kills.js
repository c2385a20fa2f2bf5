import assert from 'node:assert/strict';
import { Marker } from './marks.js';
import { PlainClient } from './plain.js';
import { Server } from './server.js';

// Each of them kills the server at another moment. Set KILLS to try more.
export const ROUNDS = Number(process.env.KILLS ?? 5);
export const SENDERS = 12;
export const CHANNELS = ['orders', 'team:1', 'team:2'];

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

/** Everything that was answered is there, once, in its senders' order, and nothing that was never sent. */
export async function check(t, server, sent, epochs, round) {
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

/** Kills the server in storms of sends, and each time looks at what the next one has. */
export async function storms(t, store) {
  const environment = { NOTIFY_STORE: store, NOTIFY_HISTORY_SIZE: '100000', NOTIFY_SEND_TIMEOUT: '30s' };
  const sent = [];
  const epochs = {};
  const markers = [];
  let server = await Server.start(0, environment);
  t.after(() => server.kill());
  for (let round = 1; round <= ROUNDS; round++) {
    const senders = Array.from({ length: SENDERS }, (_, sender) => storm(server, sender, round, sent));
    const inboxes = [1, 2].map(n => new Marker(`${round}-${n}`));
    markers.push(...inboxes);
    senders.push(...inboxes.map(inbox => inbox.run(server)));
    const enough = sent.length + 100 + Math.floor(Math.random() * 400);
    while (sent.length < enough) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await server.kill();
    await Promise.all(senders);
    server = await Server.start(0, environment);

    await check(t, server, sent, epochs, round);
    for (const inbox of markers) {
      await inbox.check(server);
    }
  }
  const marks = markers.reduce((sum, inbox) => sum + inbox.marks, 0);
  assert.ok(marks > ROUNDS * 5, `${marks} marks were answered`);
  const answered = sent.filter(each => each.isAnswered).length;
  t.diagnostic(`${ROUNDS} kills: ${answered} sends answered, ${sent.length - answered} not; ${marks} marks answered`);
  assert.ok(answered > ROUNDS * 50, `${answered} sends were answered`);
}
