import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { channel } from '../lib/channel.js';
import { Client, matrix } from '../lib/client.js';
import { Server } from '../lib/server.js';
import { within } from '../lib/within.js';

const UNICODE = 'é € 😀 \u2028 \0 "quoted" \\ <b>';

let server;
before(async () => (server = await Server.start()));
after(() => server.stop());

for (const kind of matrix) {
  describe(`${kind.generation.name}, ${kind.transport}`, () => {
    const open = (t, options) => Client.open(t, server.url, kind, options);

    async function joined(t, ...channels) {
      const client = await open(t);
      await client.join(...channels);
      return client;
    }

    test('joins as the README of the original shows it, and is told', async t => {
      const name = channel('my channel');
      const client = new Client(server.url, kind);
      t.after(() => client.socket.close());
      client.socket.emit('join', name);

      // Nothing tells this client that its join was served, so the backend repeats itself.
      for (; client.notifications.items.length === 0; await delay(10)) {
        await server.sendForm(`channel=${encodeURIComponent(name)}&notification=hello+there`);
      }
      assert.equal(client.notifications.items[0], 'hello there');
      assert.deepEqual(client.errors.items, []);
    });

    test('gives the key in an object', async t => {
      const name = channel();
      const client = await open(t, { query: { notificationKey: Server.key } });
      await client.join(name);
      await server.sendJson({ channel: name, notification: 'hello' });
      assert.deepEqual(await client.notifications.count(1), ['hello']);
    });

    if (kind.transport.includes('then')) {
      test('moves to a WebSocket, and misses nothing on the way', async t => {
        const name = channel();
        const client = await joined(t, name);
        const sent = [];
        let isOver = false;
        const upgraded = within(60_000, 'the upgrade', client.upgraded).finally(() => (isOver = true));
        do {
          sent.push(sent.length);
          await server.sendJson({ channel: name, notification: { n: sent.at(-1) } });
        } while (!isOver || sent.length < 50);
        await upgraded;
        assert.equal(client.socket.io.engine.transport.name, 'websocket');
        assert.deepEqual((await client.notifications.count(sent.length)).map(each => each.n), sent);
      });
    }

    test('is told every kind of value', async t => {
      const name = channel();
      const client = await joined(t, name);
      const values = ['text', UNICODE, 42, -1.5e-7, true, ['a', 1, null, [false]], { title: 'T', nested: { list: [{ é: '€' }], empty: {}, none: null } }];
      for (const notification of values) {
        await server.sendJson({ channel: name, notification });
      }
      assert.deepEqual(await client.notifications.count(values.length), values);
    });

    test('is told what forms say', async t => {
      const [a, b] = [channel('a'), channel('b')];
      const client = await joined(t, a, b);
      const encode = encodeURIComponent;
      await server.sendForm(`channel=${encode(a)}&notification[title]=T&notification[description]=${encode(UNICODE)}&notification[tags][]=1&notification[tags][]=2`);
      await server.sendForm(`channel[]=${encode(a)}&channel[]=${encode(b)}&notification=both`);
      assert.deepEqual(await client.notifications.count(3), [{ title: 'T', description: UNICODE, tags: ['1', '2'] }, 'both', 'both']);
    });

    test('has channels with names beyond ASCII', async t => {
      const name = channel('Kanal é € 😀');
      const client = await joined(t, name);
      await server.sendJson({ channel: name, notification: 'hello' });
      assert.deepEqual(await client.notifications.count(1), ['hello']);
    });

    test('is told 50 kB', async t => {
      const name = channel();
      const client = await joined(t, name);
      const text = `é${'x'.repeat(50_000)}€`;
      await server.sendJson({ channel: name, notification: { text } });
      assert.deepEqual(await client.notifications.count(1), [{ text }]);
    });

    test('is told 100 in order', async t => {
      const name = channel();
      const client = await joined(t, name);
      for (let n = 0; n < 100; n++) {
        await server.sendJson({ channel: name, notification: { n } });
      }
      assert.deepEqual((await client.notifications.count(100)).map(each => each.n), Array.from({ length: 100 }, (_, n) => n));
    });

    test('listens to several channels at once', async t => {
      const names = [channel(), channel(), channel()];
      const client = await joined(t, ...names);
      for (const name of names) {
        await server.sendJson({ channel: name, notification: name });
      }
      assert.deepEqual((await client.notifications.count(3)).toSorted(), names.toSorted());
    });

    test('joins an array of channels', async t => {
      const names = [channel(), channel()];
      const client = await open(t);
      const answers = await client.ask('join', names);
      assert.deepEqual(answers.map(each => each.recovered), [false, false]);
      await server.sendJson({ channel: names, notification: 'both' });
      assert.deepEqual(await client.notifications.count(2), ['both', 'both']);
    });

    test('hears the position of a channel that it joins', async t => {
      const name = channel();
      const first = await open(t);
      const { epoch, ...position } = await first.ask('join', name);
      assert.match(epoch, /./);
      assert.deepEqual(position, { offset: 0, recovered: false });
      await server.sendJson({ channel: name, notification: 1 });
      await server.sendJson({ channel: name, notification: 2 });
      assert.deepEqual(await first.notifications.count(2), [1, 2]);
      const second = await open(t);
      assert.deepEqual(await second.ask('join', name), { epoch, offset: 2, recovered: false });
    });

    test('is told once although it joined twice', async t => {
      const name = channel();
      const client = await joined(t, name, name);
      await server.sendJson({ channel: name, notification: 1 });
      await server.sendJson({ channel: name, notification: 2 });
      assert.deepEqual(await client.notifications.count(2), [1, 2]);
    });

    test('hears nothing of a channel that it left', async t => {
      const [name, fence] = [channel(), channel('fence')];
      const leaver = await joined(t, name, fence);
      const witness = await joined(t, name);
      leaver.socket.emit('leave', name);

      // A leave is not answered; from the first notification that passes the leaver by, all have to.
      let heard = true;
      let quiet = 0;
      for (let n = 1; quiet < 5; n++) {
        await server.sendJson({ channel: name, notification: n });
        await witness.notifications.has(n);
        await server.sendJson({ channel: fence, notification: `fence ${n}` });
        await leaver.notifications.has(`fence ${n}`);
        const hears = leaver.notifications.items.includes(n);
        assert.ok(heard || !hears, `notification ${n} came after the channel had gone quiet`);
        assert.ok(n < 1000, 'the channel never went quiet');
        heard = hears;
        quiet += hears ? 0 : 1;
      }
    });

    test('is reached by its own id', async t => {
      const client = await open(t);
      await server.sendJson({ channel: client.socket.id, notification: 'for you' });
      assert.deepEqual(await client.notifications.count(1), ['for you']);
    });

    test('may not join the room of another', async t => {
      const [client, other] = [await open(t), await open(t)];
      assert.deepEqual(await client.ask('join', other.socket.id), { error: 'forbidden' });
      await server.sendJson({ channel: other.socket.id, notification: 'for the other' });
      assert.deepEqual(await other.notifications.count(1), ['for the other']);
      await server.sendJson({ channel: client.socket.id, notification: 'for you' });
      assert.deepEqual(await client.notifications.count(1), ['for you']);
    });

    for (const [what, query] of [['a wrong key', 'notificationKey=WRONG'], ['no key', undefined]]) {
      test(`with ${what} is connected, and its joins are ignored`, async t => {
        const name = channel();
        const stranger = await open(t, { query });
        const friend = await joined(t, name);
        stranger.socket.emit('join', name);

        // Packets are served in order, so this answer says that the join before it was.
        assert.deepEqual(await stranger.ask('join', channel()), { error: 'forbidden' });
        await server.sendJson({ channel: name, notification: 'secret' });
        assert.deepEqual(await friend.notifications.count(1), ['secret']);
        await server.sendJson({ channel: stranger.socket.id, notification: 'fence' });
        assert.deepEqual(await stranger.notifications.count(1), ['fence']);
        assert.deepEqual([stranger.errors.items, stranger.disconnects.items], [[], []]);
      });
    }

    test('is refused another namespace', async t => {
      const client = new Client(`${server.url}/admin`, kind, { reconnection: false });
      t.after(() => client.socket.close());
      assert.deepEqual(await client.errors.count(1), ['Invalid namespace']);
      assert.deepEqual(client.connects.items, []);
    });

    test('comes back when it disconnects and connects again', async t => {
      const name = channel();
      const client = await open(t);
      client.socket.disconnect();
      client.socket.connect();
      await client.connects.count(2);
      await client.join(name);
      await server.sendJson({ channel: name, notification: 'hello again' });
      assert.deepEqual(await client.notifications.count(1), ['hello again']);
      assert.ok(!client.disconnects.items.includes('io server disconnect'), client.disconnects.items);
    });
  });
}
