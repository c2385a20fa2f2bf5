import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client, matrix } from '../lib/client.js';
import { Cluster } from '../lib/cluster.js';
import { EventStream } from '../lib/events.js';
import { PlainClient } from '../lib/plain.js';
import { Server } from '../lib/server.js';
import { api, user } from '../lib/tokens.js';
import { until, within } from '../lib/within.js';

// The function of the documentation.
const page = readFileSync(new URL('../../../src/Notify.Server/Inboxes/README.md', import.meta.url), 'utf8');
const [, source] = /```js\n(.*?)```/s.exec(page);
const badge = new Function(`${source}; return badge;`)();

const publish = async (server, channel, notification) => {
  const { status, body } = await api(server, '/api/notifications', { channel, notification });
  assert.equal(status, 200, JSON.stringify(body));
};
const announcement = () => `announce:${randomUUID()}`;
const mark = async (server, id, marks) => {
  const { status, body } = await api(server, '/api/inbox/mark', { user: id, ...marks });
  assert.equal(status, 200, JSON.stringify(body));
};
const count = async (server, id, name) => {
  const { status, body } = await api(server, `/api/inbox/count?user=${id}&follow=${name}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.unread;
};

/** What a page knows, from the objects that it is told. */
class Page {
  inbox = {};
  announcements = {};

  take(news) {
    if (news.type === 'inbox' || news.type === undefined && 'unread' in news) {
      Object.assign(this.inbox, news);
    } else if (news.type === 'announcement' || news.type === undefined) {
      this.announcements[news.channel] = news;
    }
  }

  get badge() {
    return badge(this.inbox, Object.values(this.announcements));
  }
}

/** What a plain WebSocket or an event stream was told. */
const pageOf = source => {
  const page = new Page();
  for (const item of (source.messages ?? source).items) {
    page.take(item.data?.type ? item.data : item);
  }
  return page;
};

test('the function of the documentation counts as a list of flags does', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = below => (state = (state * 48271) % 0x7fffffff) % below;
    let state = seed;
    const offset = random(30);
    const [floor, from] = [random(offset + 1), random(offset + 1)];
    const ranges = () => {
      const all = [];
      for (let last = 0; random(4) > 0 && last < 40;) {
        const first = last + 2 + random(5);
        all.push(first, last = first + random(4));
      }
      return all;
    };
    const [read, removed, gone] = [ranges(), ranges(), ranges()];
    const has = (set, item) => set.some((first, i) => i % 2 === 0 && item >= first && item <= set[i + 1]);
    let unread = 3;
    for (let item = Math.max(floor, from) + 1; item <= offset; item++) {
      unread += [read, removed, gone].some(set => has(set, item)) ? 0 : 1;
    }
    const inbox = { unread: 3, follows: { a: { from, read, gone: removed } } };
    assert.equal(badge(inbox, [{ channel: 'a', offset, floor, backlog: 0, gone }]), unread, `seed ${seed}`);
  }
});

describe('a bell shows the sum of the own notifications and of announcements', { timeout: 600_000 }, () => {
  let server;
  before(async () => (server = await Server.start()));
  after(() => server?.kill());

  for (const { generation, transport } of matrix) {
    test(`${generation.name} over ${transport}`, async t => {
      const [id, name] = [user(), announcement()];
      await publish(server, `user:${id}`, 'own');
      await publish(server, name, 'first');
      const client = await Client.open(t, server.url, { generation, transport });
      const page = new Page();
      client.socket.on('INBOX', news => page.take(news));
      client.socket.on('ANNOUNCEMENT', news => page.take(news));
      await client.ask('join', `user:${id}`, { inbox: true, follow: [name] });
      await client.ask('join', name, { inbox: true });
      const shows = expected => within(60_000, `the bell shows ${expected}`, until(() => page.badge === expected), () => JSON.stringify(page));
      await shows(2);
      await publish(server, name, 'second');
      await shows(3);
      await mark(server, id, { of: name, as: 'read', all: true });
      await shows(1);
      await publish(server, name, 'third');
      await mark(server, id, { marks: [{ as: 'read', all: true }, { of: name, as: 'deleted', all: true }] });
      await shows(0);
      assert.equal(await count(server, id, name), 0);
      // The number may have come from another channel, before the last notification.
      assert.deepEqual((await client.notifications.count(2)).map(([data]) => data), ['second', 'third']);
    });
  }

  test('a plain WebSocket and an event stream', async t => {
    const [id, name] = [user(), announcement()];
    await publish(server, `user:${id}`, 'own');
    await publish(server, name, 'first');
    const client = await PlainClient.open(t, server);
    client.send({ type: 'join', channel: `user:${id}`, inbox: true, follow: [name] });
    client.send({ type: 'join', channel: name, inbox: true });
    const stream = new EventStream();
    t.after(() => stream.close());
    await stream.connect(server.url, [`user:${id}`], undefined, undefined, { inbox: '1', follow: name });
    const show = expected => within(60_000, `both bells show ${expected}`, until(() =>
      pageOf(client).badge === expected && pageOf(stream.events).badge === expected), () => JSON.stringify([pageOf(client), pageOf(stream.events)]));
    await show(2);
    await publish(server, name, 'second');
    await show(3);
    await mark(server, id, { of: name, as: 'read', all: true });
    await show(1);
    assert.equal(await count(server, id, name), 1);
  });
});

test('three nodes: every device of every user shows the same sum as HTTP', { timeout: 600_000 }, async t => {
  const cluster = await Cluster.start(t, 'memory');
  const at = n => cluster.nodes[n % cluster.nodes.length];
  const name = announcement();
  const users = [user(), user(), user()];
  for (const id of users) {
    await publish(at(0), `user:${id}`, 'own');
  }
  await publish(at(1), name, 'before');
  const devices = await Promise.all([...users, ...users].map(async (id, n) => {
    const client = await PlainClient.open(t, at(n + (n > 2)));
    client.send({ type: 'join', channel: `user:${id}`, inbox: true, follow: [name] });
    client.send({ type: 'join', channel: name, inbox: true });
    return { id, client };
  }));
  await within(60_000, 'all devices show both', until(() => devices.every(({ client }) => pageOf(client).badge === 2)), () => JSON.stringify(devices.map(({ client }) => pageOf(client))));

  await Promise.all([0, 1, 2].map(async n => {
    for (let i = 0; i < 10; i++) {
      await publish(at(n + i), name, `${n}.${i}`);
      if (n > 0) {
        await mark(at(n), users[n], { of: name, as: i % 3 === 0 ? 'deleted' : 'read', all: true });
      }
    }
  }));
  const expected = new Map();
  for (const id of users) {
    expected.set(id, await count(at(2), id, name));
  }
  assert.equal(expected.get(users[0]), 32);
  await within(60_000, 'all devices show what HTTP says', until(() => devices.every(({ id, client }) => pageOf(client).badge === expected.get(id))),
    () => JSON.stringify([[...expected], devices.map(({ client }) => pageOf(client).badge)]));
});

test('what users have of announcements survives kill -9', { timeout: 600_000 }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const environment = { NOTIFY_STORE: `sqlite:${join(folder, 'notify.db')}` };
  const [id, other, name] = [user(), user(), announcement()];
  let server = await Server.start(0, environment);
  t.after(() => server.kill());
  for (let round = 0; round < 3; round++) {
    await publish(server, name, `${round}`);
    await publish(server, name, `${round} again`);
    await mark(server, id, { of: name, as: 'read', all: true });
    await publish(server, name, `${round} later`);
    await server.kill();
    server = await Server.start(0, environment);
    assert.equal(await count(server, id, name), 1, `round ${round}`);
    assert.equal(await count(server, other, name), 3 * (round + 1), `round ${round}`);
  }
});
