import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Line } from '../lib/line.js';
import { Page } from '../lib/page.js';
import { lastingPort } from '../lib/ports.js';
import { Server } from '../lib/server.js';
import { SECRET, api, expired, token, user } from '../lib/tokens.js';

const publish = async (server, channel, notification, more) => {
  const { status, body } = await api(server, '/api/notifications', { channel, notification, ...more });
  assert.equal(status, 200, JSON.stringify(body));
  return body.results[0];
};
const counted = async (server, id, follow) => {
  const { body } = await api(server, `/api/inbox/count?user=${id}${follow ? `&follow=${follow}` : ''}`);
  return body;
};
const flags = ({ items }) => items.map(({ data, seen, read }) => [data, seen, read]);

for (const transport of ['ws', 'sse']) {
  describe(`over ${transport}`, { timeout: 600_000 }, () => {
    let server;
    before(async () => (server = await Server.start()));
    after(() => server?.kill());

    test('a page shows what there is, what arrives and what is marked, and two devices are equal', async t => {
      const id = user();
      await publish(server, `user:${id}`, 'one');
      await publish(server, `user:${id}`, 'two');
      const options = { url: server.url, user: id, transport };
      const [page, other] = [await Page.open(t, options), await Page.open(t, options)];
      await Promise.all([page.live(), other.live()]);
      assert.deepEqual(flags(page.snapshot), [['two', false, false], ['one', false, false]]);
      assert.deepEqual([page.snapshot.unread, page.snapshot.unseen, page.snapshot.total, page.snapshot.more], [2, 2, 2, false]);
      assert.deepEqual(page.heard.notification, [], 'the list is not news');

      await publish(server, `user:${id}`, 'three');
      await Promise.all([page, other].map(each => each.shows('three has arrived', ({ unread, items }) => unread === 3 && items.length === 3)));
      assert.deepEqual(page.heard.notification.map(({ data }) => data), ['three']);
      await page.shows('a toast', () => page.heard.toast.length === 1);
      assert.equal(page.heard.toast[0].data, 'three');

      page.inbox.markRead(page.snapshot.items[0]);
      assert.deepEqual(flags(page.snapshot)[0], ['three', true, true], 'the page does not wait for the server');
      assert.equal(page.snapshot.unread, 2);
      page.inbox.markSeen('shown');
      page.inbox.archive(page.snapshot.items[1]);
      page.inbox.remove(page.snapshot.items.at(-1));
      await other.shows('the marks', ({ unread, unseen, total }) => unread === 0 && unseen === 0 && total === 2);
      assert.deepEqual(flags(other.snapshot), [['three', true, true]]);
      await page.shows('the same', ({ unread, total }) => unread === 0 && total === 2);
      const { unread, unseen, total, archived } = await counted(server, id);
      assert.deepEqual({ unread, unseen, total, archived }, { unread: 0, unseen: 0, total: 2, archived: 1 });

      other.inbox.markUnread(other.snapshot.items[0]);
      await page.shows('unread again', ({ unread }) => unread === 1);
      assert.deepEqual(flags(page.snapshot), [['three', true, false]]);
    });

    test('a toast is not for what a backend sends quietly', async t => {
      const id = user();
      await publish(server, `user:${id}`, 'first');
      const page = await Page.open(t, { url: server.url, user: id, transport });
      await page.live();
      await publish(server, `user:${id}`, 'low', { priority: 'low' });
      await publish(server, `user:${id}`, 'silent', { silent: true });
      await publish(server, `user:${id}`, 'loud', { priority: 'urgent' });
      await page.shows('a toast', () => page.heard.toast.length > 0);
      assert.deepEqual(page.heard.toast.map(({ data }) => data), ['loud']);
      await page.shows('all', ({ unread, items }) => unread === 3 && items.length === 4);
      assert.deepEqual(page.snapshot.items.map(({ meta }) => meta?.priority), ['urgent', undefined, 'low', undefined]);
    });

    test('what was missed is in the list and the number, but is no toast', async t => {
      const id = user();
      await publish(server, `user:${id}`, 'first');
      const line = await Line.open(t, server.port);
      const page = await Page.open(t, { url: line.url, user: id, transport });
      await page.live();
      await publish(server, `user:${id}`, 'live');
      await page.shows('a toast', () => page.heard.toast.length === 1);
      line.cut();
      await page.shows('offline', ({ status }) => status === 'offline');
      for (const n of [1, 2, 3]) {
        await publish(server, `user:${id}`, `missed ${n}`);
      }
      line.mend();
      await page.shows('what was missed', ({ unread, items }) => unread === 5 && items.length === 5);
      assert.deepEqual(page.list, ['missed 3', 'missed 2', 'missed 1', 'live', 'first']);
      assert.deepEqual(page.heard.notification.map(({ data }) => data), ['live', 'missed 1', 'missed 2', 'missed 3']);

      // Until the page is live again, everything is something that it missed.
      await page.live();
      await publish(server, `user:${id}`, 'live again');
      await page.shows('the next toast', () => page.heard.toast.length > 1);
      assert.deepEqual(page.heard.toast.map(({ data }) => data), ['live', 'live again']);
    });

    test('marks that were made offline are sent in their order', async t => {
      const id = user();
      const line = await Line.open(t, server.port);
      for (let n = 1; n <= 30; n++) {
        await publish(server, `user:${id}`, n);
      }
      const page = await Page.open(t, { url: line.url, user: id, transport });
      await page.live();
      await page.inbox.loadMore(20);
      line.cut();
      await page.shows('offline', ({ status }) => status === 'offline');
      page.inbox.markRead('shown');
      const items = page.snapshot.items;
      items.filter(({ data }) => data % 2 === 0).forEach(item => page.inbox.markUnread(item));
      items.filter(({ data }) => data % 10 === 0).forEach(item => page.inbox.archive(item));
      assert.equal(page.snapshot.unread, 12);
      assert.equal((await counted(server, id)).unread, 30);
      const other = await Page.open(t, { url: server.url, user: id });
      line.mend();
      await other.shows('the marks', ({ unread, items: [first] }) => unread === 12 && first?.data === 29);
      assert.equal((await counted(server, id)).archived, 3);
      assert.deepEqual(page.heard.error, []);
    });

    test('announcements are in the list and the number, and nobody else sees the marks', async t => {
      const [id, other, name] = [user(), user(), `announce:${user()}`];
      await publish(server, name, 'old');
      await publish(server, `user:${id}`, 'own');
      const options = { url: server.url, follow: [name], transport };
      const [page, neighbour] = [await Page.open(t, { ...options, user: id }), await Page.open(t, { ...options, user: other })];
      await page.shows('both', ({ unread, items }) => unread === 2 && items.length === 2);
      await publish(server, name, 'new');
      await page.shows('the announcement', ({ unread }) => unread === 3);
      assert.deepEqual(page.list, ['new', 'own', 'old']);
      page.inbox.markRead(page.snapshot.items[0]);
      page.inbox.markRead(page.snapshot.items[2]);
      assert.equal(page.snapshot.unread, 1);
      await page.shows('the toast', () => page.heard.toast.length === 1);
      page.inbox.markRead('shown');
      page.inbox.remove(page.snapshot.items[0]);
      await neighbour.shows('its own', ({ unread, total }) => unread === 2 && total === 2);
      const again = await Page.open(t, { ...options, user: id });
      await again.shows('the marks', ({ unread, total, items }) => unread === 0 && total === 2 && items.length === 2);
      assert.deepEqual(again.list, ['own', 'old']);
      const { unread, total } = await counted(server, id, name);
      assert.deepEqual([unread, total], [0, 2]);
    });

    test('a page that was rendered with the list shows it at once, and misses nothing', async t => {
      const id = user();
      for (const n of [1, 2, 3]) {
        await publish(server, `user:${id}`, n);
      }
      const { body: initial } = await api(server, `/api/inbox?user=${id}&limit=2`);
      await publish(server, `user:${id}`, 4);
      const page = await Page.open(t, { url: server.url, user: id, initial, transport });
      assert.deepEqual([page.list, page.snapshot.unread, page.snapshot.more, page.snapshot.status], [[3, 2], 3, true, 'connecting']);
      await page.shows('what came since', ({ status, unread, items }) => status === 'live' && unread === 4 && items[0]?.data === 4);
      await page.inbox.loadMore();
      assert.deepEqual([page.list, page.snapshot.more], [[4, 3, 2, 1], false]);
      assert.deepEqual(page.heard.toast, []);
    });

    test('older items are loaded page by page, while new ones arrive', async t => {
      const id = user();
      for (let n = 1; n <= 45; n++) {
        await publish(server, `user:${id}`, n);
      }
      const page = await Page.open(t, { url: server.url, user: id, transport });
      await page.live();
      assert.deepEqual([page.snapshot.items.length, page.snapshot.more, page.snapshot.total], [20, true, 45]);
      await publish(server, `user:${id}`, 46);
      await Promise.all([page.inbox.loadMore(10), page.inbox.loadMore(10)]);
      await page.inbox.loadMore();
      await page.shows('everything', ({ items, more }) => items.length === 46 && !more);
      assert.deepEqual(page.list, Array.from({ length: 46 }, (_, n) => 46 - n));
      await page.inbox.loadMore();
      assert.equal(page.snapshot.items.length, 46);
    });

    test('an item that another device puts back is shown again', async t => {
      const id = user();
      for (const n of [1, 2, 3]) {
        await publish(server, `user:${id}`, n);
      }
      const { body: { channels: [{ epoch }] } } = await api(server, `/api/inbox?user=${id}`);
      const mark = as => api(server, '/api/inbox/mark', { user: id, as, offsets: [2], epoch });
      await mark('archived');
      const page = await Page.open(t, { url: server.url, user: id, transport });
      await page.live();
      assert.deepEqual(page.list, [3, 1]);
      await mark('unarchived');
      await page.shows('all three', ({ items }) => items.length === 3);
      assert.deepEqual(page.list, [3, 2, 1]);
    });

    test('an inbox that the backend erases begins anew, and a mark of before is dropped with an error', async t => {
      const id = user();
      await publish(server, `user:${id}`, 'before');
      const line = await Line.open(t, server.port);
      const page = await Page.open(t, { url: line.url, user: id, transport });
      await page.live();
      line.cut();
      await page.shows('offline', ({ status }) => status === 'offline');
      page.inbox.markRead('shown');
      const headers = { authorization: 'Bearer NOTIFICATION_SECRET' };
      const response = await fetch(`${server.url}/api/inbox?user=${id}`, { method: 'DELETE', headers });
      assert.equal(response.status, 200);
      await publish(server, `user:${id}`, 'after');
      line.mend();
      await page.shows('an error', () => page.heard.error.length > 0);
      await page.shows('the new list', ({ unread, items }) => unread === 1 && items[0]?.data === 'after');
      assert.deepEqual(page.heard.error.map(({ code }) => code), ['stale_epoch']);
      page.inbox.markRead('shown');
      await page.shows('a mark that counts', ({ unread }) => unread === 0);
      const other = await Page.open(t, { url: server.url, user: id, transport });
      await other.shows('the same', ({ status, unread, total }) => status === 'live' && unread === 0 && total === 1);
    });

    test('a wrong key is denied after the second attempt, and nothing is tried any more', async t => {
      const line = await Line.open(t, server.port);
      const page = await Page.open(t, { url: line.url, user: user(), key: 'wrong', transport });
      await page.shows('denied', ({ status }) => status === 'denied');
      await page.shows('why', () => page.heard.error.length > 0);
      assert.deepEqual(page.heard.error.map(({ code }) => code), ['bad_key']);
      assert.equal(line.attempts, 2);
      page.inbox.retry();
      await page.shows('denied again', () => page.heard.error.length === 2);
      assert.equal(line.attempts, 4);
    });
  });

  describe(`with tokens over ${transport}`, { timeout: 600_000 }, () => {
    let server;
    before(async () => (server = await Server.start(0, { NOTIFY_TOKEN_SECRET: SECRET, NOTIFY_ACCESS: 'token', NOTIFY_TOKEN_SKEW: '0s' })));
    after(() => server?.kill());

    test('the user and the announcements are those of the token', async t => {
      const [id, name] = [user(), `announce:${user()}`];
      await publish(server, `user:${id}`, 'own');
      await publish(server, name, 'for all');
      const page = await Page.open(t, { url: server.url, token: async () => token({ sub: id, follow: [name] }), transport });
      await page.shows('both', ({ status, unread, items }) => status === 'live' && unread === 2 && items.length === 2);
      page.inbox.markRead('shown');
      await page.shows('read', ({ unread }) => unread === 0);
      const other = await Page.open(t, { url: server.url, token: () => `${token({ sub: id })}\n`, transport });
      await other.shows('only its own', ({ status, total, unread }) => status === 'live' && total === 1 && unread === 0);
      assert.deepEqual(other.heard.error, []);
    });

    test('a refused token is replaced once, and two in a row are denied', async t => {
      const id = user();
      let calls = 0;
      await publish(server, `user:${id}`, 'one');
      const tokens = [() => expired({ sub: id }), () => token({ sub: id })];
      const page = await Page.open(t, { url: server.url, token: () => tokens[calls++](), transport });
      await page.live();
      assert.deepEqual([calls, page.heard.error], [2, []]);

      let asked = 0;
      const forged = () => (asked++, token({ sub: id }, { secret: 'x'.repeat(32) }));
      const denied = await Page.open(t, { url: server.url, transport, token: forged });
      await denied.shows('denied', ({ status }) => status === 'denied');
      assert.equal(asked, 2);
      assert.deepEqual(denied.heard.error.map(({ code }) => code), ['bad_token']);
      denied.inbox.retry();
      await denied.shows('denied again', () => denied.heard.error.length === 2);
      assert.equal(asked, 4);
    });

    test('a page without a token is denied', async t => {
      const page = await Page.open(t, { url: server.url, token: async () => null, transport });
      await page.shows('denied', ({ status }) => status === 'denied');
      assert.deepEqual(page.heard.error.map(({ code }) => code), ['unauthorized', 'unauthorized']);
    });

    test('a token that ends soon is renewed, and nothing is missed', async t => {
      const id = user();
      let calls = 0;
      const now = Math.floor(Date.now() / 1000);
      await publish(server, `user:${id}`, 'first');
      const short = () => (calls++, token({ sub: id, exp: now + (calls > 1 ? 900 : 4) }));
      const page = await Page.open(t, { url: server.url, token: short, transport });
      await page.live();
      for (; calls < 2; await delay(20)) {
        await publish(server, `user:${id}`, calls);
      }
      await publish(server, `user:${id}`, 'last');
      await page.shows('the last one', () => page.heard.notification.at(-1)?.data === 'last');
      const offsets = page.heard.notification.map(({ offset }) => offset);
      assert.deepEqual(offsets, offsets.map((_, n) => n + 2));
      assert.deepEqual(page.heard.error, []);
    });

    test('a page that the backend disconnects comes back only if it is asked to', async t => {
      const id = user();
      await publish(server, `user:${id}`, 'one');
      const line = await Line.open(t, server.port);
      const page = await Page.open(t, { url: line.url, token: () => token({ sub: id }), transport });
      await page.live();
      await api(server, '/api/disconnect', { user: id, reconnect: true });
      await page.shows('live again', ({ status }) => status === 'live' && line.attempts === 2);
      assert.deepEqual(page.heard.error, []);
      await api(server, '/api/disconnect', { user: id, reason: 'Bye.' });
      await page.shows('why', () => page.heard.error.length > 0);
      assert.deepEqual([page.snapshot.status, page.heard.error], ['denied', [{ code: 'disconnected', message: 'Bye.' }]]);
      assert.equal(line.attempts, 2);
    });

    test('a token of another user is no way to another inbox', async t => {
      const line = await Line.open(t, server.port);
      let id = user();
      await publish(server, `user:${id}`, 'one');
      const page = await Page.open(t, { url: line.url, token: () => token({ sub: id }), transport });
      await page.live();
      id = user();
      line.cut();
      await page.shows('offline', ({ status }) => status === 'offline');
      line.mend();
      await page.shows('denied', ({ status }) => status === 'denied');
      await page.shows('why', () => page.heard.error.length > 0);
      assert.deepEqual(page.heard.error.map(({ code }) => code), ['forbidden']);
    });
  });
}

test('the browser of whoever caused a notification shows no toast for it', { timeout: 600_000 }, async t => {
  const server = await Server.start();
  t.after(() => server.kill());
  const id = user();
  const line = await Line.open(t, server.port);
  const options = { user: id, url: server.url };
  const [page, other] = [await Page.open(t, { ...options, url: line.url }), await Page.open(t, options)];
  await Promise.all([page.live(), other.live()]);
  const before = page.inbox.connection;
  assert.ok(before && before !== other.inbox.connection);
  await publish(server, `user:${id}`, 'own', { exclude: before });
  await publish(server, `user:${id}`, 'for all');
  await other.shows('both toasts', () => other.heard.toast.length === 2);
  await page.shows('the second toast', () => page.heard.toast.length > 0);
  assert.deepEqual(page.heard.toast.map(({ data }) => data), ['for all']);
  assert.deepEqual([page.snapshot.unread, page.list], [2, ['for all', 'own']]);

  line.cut();
  await page.shows('offline', ({ status }) => status === 'offline');
  assert.equal(page.inbox.connection, undefined);
  line.mend();
  await page.live();
  assert.ok(page.inbox.connection && page.inbox.connection !== before);

  const stream = await Page.open(t, { ...options, transport: 'sse' });
  await stream.live();
  assert.equal(stream.inbox.connection, undefined);
});

test('a page goes on after kill -9 of the server, and no mark is lost', { timeout: 600_000 }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-inbox-client-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [port, id] = [await lastingPort(), user()];
  const environment = { NOTIFY_STORE: `sqlite:${join(folder, 'notify.db')}` };
  let server = await Server.start(port, environment);
  t.after(() => server.kill());
  for (const n of [1, 2, 3]) {
    await publish(server, `user:${id}`, n);
  }
  const page = await Page.open(t, { url: server.url, user: id });
  await page.live();
  page.inbox.markRead(page.snapshot.items[0]);
  await page.shows('it is read', ({ unread }) => unread === 2);
  await server.kill();
  await page.shows('offline', ({ status }) => status === 'offline');
  page.inbox.archive(page.snapshot.items[1]);
  server = await Server.start(port, environment);
  await publish(server, `user:${id}`, 4);
  await page.shows('live again', ({ status, unread, items }) => status === 'live' && unread === 2 && items.length === 3);
  assert.deepEqual(page.list, [4, 3, 1]);
  const other = await Page.open(t, { url: server.url, user: id });
  await other.shows('the same', ({ unread, items }) => unread === 2 && items.length === 3);
  assert.deepEqual(flags(other.snapshot), [[4, false, false], [3, true, true], [1, false, false]]);
});

test('a page whose WebSockets are broken uses an event stream', { timeout: 600_000 }, async t => {
  const server = await Server.start();
  t.after(() => server.kill());
  const id = user();
  await publish(server, `user:${id}`, 'one');
  const { WebSocket } = globalThis;
  t.after(() => (globalThis.WebSocket = WebSocket));
  globalThis.WebSocket = class extends WebSocket {
    constructor() {
      // Nothing listens there.
      super('ws://127.0.0.1:1');
    }
  };
  const page = await Page.open(t, { url: server.url, user: id });
  await page.live();
  assert.deepEqual(page.list, ['one']);
});
