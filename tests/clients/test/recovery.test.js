import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { channel } from '../lib/channel.js';
import { Client, generations, matrix, recovering } from '../lib/client.js';
import { Inbox } from '../lib/inbox.js';
import { lastingPort } from '../lib/ports.js';
import { RawSocket } from '../lib/raw.js';
import { Server } from '../lib/server.js';
import { api } from '../lib/tokens.js';
import { within } from '../lib/within.js';

const CUTS = 8;

let server;
before(async () => (server = await Server.start()));
after(() => server.stop());

/** Sends a number a channel, a few hundred a second, until it is stopped. */
class Backend {
  #isOver = false;

  constructor(channels) {
    this.counts = Object.fromEntries(channels.map(name => [name, 0]));
    this.running = this.#run();
  }

  async stop() {
    this.#isOver = true;
    await this.running;
    return this.counts;
  }

  async #run() {
    for (let n = 0; !this.#isOver; n++, await delay(2)) {
      const name = Object.keys(this.counts)[n % Object.keys(this.counts).length];
      await server.sendJson({ channel: name, notification: { name, n: ++this.counts[name] } });
    }
  }
}

/** A page that joins its channels only when its connection was not recovered, and notes whether it was. */
async function page(t, url, kind, channels, options) {
  const client = new Client(url, kind, { asks: true, ...options });
  const states = new Inbox();
  t.after(() => client.socket.close());
  client.socket.on('connect', async () => {
    if (!client.socket.recovered) {
      await client.join(...channels);
    }
    states.push(client.socket.recovered === true);
  });
  await states.count(1);
  return { client, states };
}

/** Waits until the server has noticed that nobody listens to a channel any more. */
async function left(name) {
  const path = `/api/channel?name=${encodeURIComponent(name)}`;
  await within(60_000, `nobody listens to ${name}`, (async () => {
    while ((await api(server, path)).body.subscribers > 0) {
      await delay(20);
    }
  })());
}

const ends = {
  'closes its connection': client => client.socket.io.engine.close(),
  'loses its connection': client => {
    const { transport } = client.socket.io.engine;
    (transport.ws?._socket ?? transport.ws).destroy();
  },
};

for (const generation of recovering) {
  for (const transport of ['polling', 'websocket']) {
    describe(`${generation.name}, ${transport}`, () => {
      for (const count of [1, 3]) {
        for (const [how, end] of Object.entries(ends).slice(0, transport === 'websocket' ? 2 : 1)) {
          test(`${how} ${CUTS} times with ${count} ${count === 1 ? 'channel' : 'channels'}, misses nothing, hears nothing twice`, async t => {
            const names = Array.from({ length: count }, () => channel());
            const { client, states } = await page(t, server.url, { generation, transport }, names);
            const { id } = client.socket;
            const backend = new Backend(names);
            for (let cut = 1; cut <= CUTS; cut++) {
              await client.notifications.count(client.notifications.items.length + 20);
              end(client);
              await states.count(cut + 1);
            }
            const counts = await backend.stop();
            const told = await client.notifications.count(Object.values(counts).reduce((sum, n) => sum + n));
            assert.deepEqual(states.items, [false, ...Array(CUTS).fill(true)]);
            assert.equal(client.socket.id, id);
            for (const name of names) {
              assert.deepEqual(told.filter(each => each.name === name).map(each => each.n), Array.from({ length: counts[name] }, (_, n) => n + 1));
            }
          });
        }
      }

      test('begins anew when it disconnected on purpose', async t => {
        const name = channel();
        const { client, states } = await page(t, server.url, { generation, transport }, [name]);
        await server.sendJson({ channel: name, notification: 1 });
        await client.notifications.count(1);
        client.socket.disconnect();
        await left(name);
        await server.sendJson({ channel: name, notification: 2 });
        client.socket.connect();
        await states.count(2);
        await server.sendJson({ channel: name, notification: 3 });
        assert.deepEqual(await client.notifications.count(2), [1, 3]);
        assert.deepEqual(states.items, [false, false]);
      });
    });
  }

  test(`${generation.name} goes on by itself after the server was killed, with one channel`, async t => {
    const folder = mkdtempSync(join(tmpdir(), 'notify-recovery-'));
    const environment = { NOTIFY_STORE: `sqlite:${join(folder, 'notify.db')}` };
    const port = await lastingPort();
    const name = channel();
    const first = await Server.start(port, environment);
    let second;
    t.after(async () => {
      // A server that is running says so when its database is gone.
      await second?.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const { client, states } = await page(t, first.url, { generation, transport: 'websocket' }, [name]);
    await first.sendJson({ channel: name, notification: 1 });
    await client.notifications.count(1);
    await first.kill();

    second = await Server.start(port, environment);
    await second.sendJson({ channel: name, notification: 2 });
    await states.count(2);
    await second.sendJson({ channel: name, notification: 3 });
    assert.deepEqual(await client.notifications.count(3), [1, 2, 3]);
    assert.deepEqual(states.items, [false, true]);
  });

  test(`${generation.name} begins anew after the server was killed, with several channels`, async t => {
    const folder = mkdtempSync(join(tmpdir(), 'notify-recovery-'));
    const environment = { NOTIFY_STORE: `sqlite:${join(folder, 'notify.db')}` };
    const port = await lastingPort();
    const names = [channel(), channel()];
    const first = await Server.start(port, environment);
    let second;
    t.after(async () => {
      // A server that is running says so when its database is gone.
      await second?.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const { client, states } = await page(t, first.url, { generation, transport: 'websocket' }, names);
    await first.sendJson({ channel: names[0], notification: 1 });
    await client.notifications.count(1);
    await first.kill();

    second = await Server.start(port, environment);
    await states.count(2);
    await second.sendJson({ channel: names, notification: 2 });
    assert.deepEqual(await client.notifications.count(3), [1, 2, 2]);
    assert.deepEqual(states.items, [false, false]);
  });
}

test('clients older than 4.6 come back as they always did', async t => {
  for (const generation of generations.slice(0, 3)) {
    const name = channel();
    const { client, states } = await page(t, server.url, { generation, transport: 'websocket' }, [name]);
    await server.sendJson({ channel: name, notification: 1 });
    await client.notifications.count(1);
    client.socket.io.engine.close();
    await states.count(2);
    await server.sendJson({ channel: name, notification: 2 });
    assert.deepEqual(await client.notifications.count(2), [1, 2]);
    assert.deepEqual(states.items, [false, false]);
  }
});

test('a page that keeps positions recovers by them, as it did', async t => {
  const name = channel();
  const kind = { generation: recovering[1], transport: 'websocket' };
  const client = new Client(server.url, kind, { asks: true });
  t.after(() => client.socket.close());
  const joins = new Inbox();
  let since;
  client.socket.off('NEW_NOTIFICATION');
  client.socket.on('NEW_NOTIFICATION', (data, { epoch, offset }) => {
    since = { epoch, offset };
    client.notifications.push(data);
  });
  client.socket.on('connect', () => client.socket.emit('join', name, { since }, joined => joins.push(joined.recovered)));
  await joins.count(1);
  for (let n = 1; n <= 5; n++) {
    await server.sendJson({ channel: name, notification: `${n}` });
    await client.notifications.count(n);
    client.socket.io.engine.close();
    await joins.count(n + 1);
  }
  assert.deepEqual(client.notifications.items, ['1', '2', '3', '4', '5']);
  assert.deepEqual(joins.items, [false, true, true, true, true, true]);
});

for (const [mode, asks, recovers] of [['ask', false, false], ['ask', true, true], ['on', false, true], ['off', true, false]]) {
  test(`${mode}, a client that ${asks ? 'asks' : 'does not ask'}: events have ${recovers ? 'a position' : 'the notification as their only argument'}`, async t => {
    const other = await Server.start(0, { NOTIFY_SOCKETIO_RECOVERY: mode });
    t.after(() => other.stop());
    const name = channel();
    const clients = await Promise.all(matrix.map(kind => Client.open(t, other.url, kind, { asks, recovers })));
    await Promise.all(clients.map(client => client.join(name)));
    await other.sendJson({ channel: [name, clients.at(-1).socket.id], notification: 'hello' });
    for (const client of clients) {
      assert.equal((await client.notifications.count(1))[0], 'hello');
    }
  });
}

test('a client that asks in its connect request recovers too', async t => {
  const name = channel();
  const kind = { generation: recovering[1], transport: 'websocket' };
  const { client, states } = await page(t, server.url, kind, [name], { asks: false, recovers: true, auth: { recovery: true } });
  client.socket.io.engine.close();
  await states.count(2);
  await server.sendJson({ channel: name, notification: 1 });
  assert.deepEqual(await client.notifications.count(1), [1]);
  assert.deepEqual(states.items, [false, true]);
});
