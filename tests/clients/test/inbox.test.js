import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, matrix } from '../lib/client.js';
import { Cluster } from '../lib/cluster.js';
import { EventStream } from '../lib/events.js';
import { PlainClient } from '../lib/plain.js';
import { Postgres } from '../lib/postgres.js';
import { Server } from '../lib/server.js';
import { api, user } from '../lib/tokens.js';
import { until, within } from '../lib/within.js';

const publish = async (server, id, notification) => {
  const { status, body } = await api(server, '/api/notifications', { channel: `user:${id}`, notification });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};
const mark = async (server, id, marks) => {
  const { status, body } = await api(server, '/api/inbox/mark', { user: id, ...marks });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};

describe('an inbox shows the same number to every client', { timeout: 600_000 }, () => {
  let server;
  before(async () => (server = await Server.start()));
  after(() => server?.kill());

  for (const { generation, transport } of matrix) {
    test(`${generation.name} over ${transport}`, async t => {
      const id = user();
      await publish(server, id, 'one');
      const client = await Client.open(t, server.url, { generation, transport });
      const told = [];
      client.socket.on('INBOX', inbox => told.push(inbox));
      await client.ask('join', `user:${id}`, { inbox: true });

      // The first version may come a little after the answer.
      await within(60_000, 'the client is told of the inbox', until(() => told.length > 0), () => server.log);
      await publish(server, id, 'two');
      const { unread } = await mark(server, id, { as: 'read', all: true });
      assert.equal(unread, 0);
      await within(60_000, 'the client is told of the mark', until(() => told.at(-1)?.rev === 1), () => JSON.stringify(told));
      assert.deepEqual(told.map(({ offset, rev, unread }) => [offset, rev, unread]), [[1, 0, 1], [2, 0, 2], [2, 1, 0]]);
      assert.deepEqual(told.map(({ state }) => state?.read), [[], undefined, [1, 2]]);

      const { epoch, ...answer } = await client.ask('mark', `user:${id}`, { as: 'unread', offsets: [2], epoch: told[0].epoch });
      assert.deepEqual(answer, { channel: `user:${id}`, offset: 2, rev: 2, unread: 1, unseen: 0, total: 2, archived: 0, changed: 1 });
      assert.equal(epoch, told[0].epoch);
      const refused = await client.ask('mark', `user:${id}`, { as: 'read', upTo: 2, epoch: 'another' });
      assert.deepEqual([refused.error, refused.rev], ['stale_epoch', 2]);
      await within(60_000, 'the client is told of its own mark', until(() => told.at(-1)?.rev === 2), () => JSON.stringify(told));
    });
  }

  test('a plain WebSocket and an event stream', async t => {
    const id = user();
    const client = await PlainClient.open(t, server);
    const { results: [{ epoch }] } = await publish(server, id, 'one');
    client.send({ type: 'join', channel: `user:${id}`, inbox: true, since: 'earliest' });
    const stream = new EventStream();
    t.after(() => stream.close());
    await stream.connect(server.url, [`user:${id}`], undefined, undefined, { inbox: '1' });
    await within(60_000, 'both are told', until(() => inboxes(client).length > 0 && inboxes(stream.events).length > 0), () => server.log);
    const expected = { type: 'inbox', channel: `user:${id}`, epoch, offset: 1, rev: 0, floor: 0, unread: 1, unseen: 1, total: 1, archived: 0 };
    const state = { seen: [], read: [], archived: [], clicked: [], gone: [] };
    assert.deepEqual(inboxes(client), [{ ...expected, state }]);
    assert.deepEqual(inboxes(stream.events), [{ ...expected, state }]);
  });
});

test('three nodes: the devices of a user are told versions of one chain, with the same numbers', { timeout: 600_000 }, async t => {
  const cluster = await Cluster.start(t, 'memory');
  const id = user();
  const devices = await Promise.all([...cluster.nodes, ...cluster.nodes].map(async node => {
    const client = await PlainClient.open(t, node);
    client.send({ type: 'join', channel: `user:${id}`, inbox: true, id: 1 });
    return client;
  }));
  await within(60_000, 'all devices are told', until(() => devices.every(device => inboxes(device).length > 0)), () => cluster.nodes.map(node => node.log).join('\n'));

  const at = n => cluster.nodes[n % cluster.nodes.length];
  await Promise.all([0, 1, 2].map(async sender => {
    for (let n = 0; n < 20; n++) {
      await publish(at(sender), id, n);
      await mark(at(sender + n), id, { as: ['read', 'seen', 'unread', 'archived'][n % 4], all: true });
    }
  }));
  const { body: last } = await api(at(0), `/api/inbox/count?user=${id}`);
  const [{ offset, rev }] = last.channels;
  assert.equal(offset, 60);
  await within(60_000, 'all devices are told the last version', until(() => devices.every(device => {
    const { offset: o, rev: r } = inboxes(device).at(-1);
    return o === offset && r === rev;
  })), () => JSON.stringify(devices.map(device => inboxes(device).at(-1))));

  const numbers = new Map();
  for (const device of devices) {
    let before = { offset: 0, rev: 0 };
    for (const now of inboxes(device)) {
      assert.ok(now.offset >= before.offset && now.rev >= before.rev, `${JSON.stringify(now)} after ${JSON.stringify(before)}`);
      before = now;
      const { unread, unseen, total, archived } = now;
      const key = `${now.offset}.${now.rev}`;
      assert.deepEqual(numbers.get(key) ?? numbers.set(key, { unread, unseen, total, archived }).get(key), { unread, unseen, total, archived }, key);
    }
    const { unread, unseen, total, archived } = inboxes(device).at(-1);
    assert.deepEqual({ unread, unseen, total, archived }, { unread: last.unread, unseen: last.unseen, total: last.total, archived: last.archived });
    const received = device.messages.items.filter(({ type }) => type === 'notification').map(each => each.offset);
    assert.deepEqual(received, Array.from({ length: 60 }, (_, n) => n + 1));
  }
  t.diagnostic(`${numbers.size} versions, ${devices.length} devices`);
});

test('three nodes: each reads what another has answered, without an owner and without a step back', { timeout: 600_000 }, async t => {
  const cluster = await Cluster.start(t, (await Postgres.start(t)).store);
  const id = user();
  const at = n => cluster.nodes[n % cluster.nodes.length];
  const count = async node => {
    const { body } = await api(node, `/api/inbox/count?user=${id}`);
    return { ...body.channels[0], total: body.total };
  };
  assert.deepEqual(await count(at(0)), { channel: `user:${id}`, epoch: null, offset: 0, rev: 0, unread: 0, unseen: 0, total: 0 });

  let isDone = false;
  const readers = [0, 1, 2].map(async n => {
    let before = { offset: 0, rev: 0 };
    for (let reads = 0; ; reads++, await delay(5)) {
      const now = await count(at(n));
      assert.ok(now.offset >= before.offset && now.rev >= before.rev, `${JSON.stringify(now)} after ${JSON.stringify(before)}`);
      before = now;
      if (isDone) {
        return reads;
      }
    }
  });
  for (let n = 1; n <= 60; n++) {
    await publish(at(n), id, n);
    const { body: page } = await api(at(n + 1), `/api/inbox?user=${id}&limit=1`);
    assert.deepEqual([page.items[0].data, page.unread], [n, 1]);
    const marked = await mark(at(n + 2), id, { as: 'read', all: true });
    const { epoch, offset, rev, unread } = await count(at(n));
    assert.deepEqual({ epoch, offset, rev, unread }, { epoch: marked.epoch, offset: n, rev: n, unread: 0 });
  }
  isDone = true;
  t.diagnostic(`${(await Promise.all(readers)).join(', ')} reads beside the writes`);

  const users = [id, ...Array.from({ length: 999 }, () => user())];
  const began = performance.now();
  const { body: { counts } } = await api(at(1), '/api/inbox/counts', { users });
  t.diagnostic(`1,000 users counted in ${Math.round(performance.now() - began)} ms`);
  assert.deepEqual(counts[0], { user: id, unread: 0, unseen: 0, total: 60, archived: 0 });
  assert.ok(counts.slice(1).every(({ total }) => total === 0));
});

/** What was told of the inbox, by a client or an event stream. */
const inboxes = source => (source.messages ?? source).items.map(item => item.data?.type === 'inbox' ? item.data : item).filter(({ type }) => type === 'inbox');
