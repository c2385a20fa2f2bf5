import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { channel } from '../lib/channel.js';
import { Client, matrix } from '../lib/client.js';
import { Cluster } from '../lib/cluster.js';
import { EventStream } from '../lib/events.js';
import { EventPage, PlainPage, SocketPage } from '../lib/pages.js';
import { PlainClient } from '../lib/plain.js';
import { lastingPort } from '../lib/ports.js';
import { Postgres } from '../lib/postgres.js';
import { proxies, Proxy } from '../lib/proxy.js';
import { within } from '../lib/within.js';

// With the default one, nobody may send who comes through a proxy.
const SECRET = 'a secret of a backend';

let cluster;
const urls = {};
const cleanups = [];
before(async () => {
  const suite = { after: cleanup => cleanups.unshift(cleanup) };
  cluster = await Cluster.start(suite, (await Postgres.start(suite)).store, { NOTIFICATION_SECRET: SECRET, NOTIFY_SEND_TIMEOUT: '9s' });
  for (const name of proxies) {
    urls[name] = (await Proxy.start(suite, name, cluster.ports)).url;
  }
});
after(async () => {
  for (const cleanup of cleanups) {
    await cleanup();
  }
});

async function send(url, name, notification, headers = {}) {
  try {
    const answer = await fetch(`${url}/send`, { method: 'POST', headers: { 'notification_secret': SECRET, 'content-type': 'application/json', ...headers }, body: JSON.stringify({ channel: name, notification }), signal: AbortSignal.timeout(10_000) });
    await answer.text();
    return answer.status;
  } catch (error) {
    return error.name;
  }
}

for (const proxy of proxies) {
  test(`${proxy}: every client, on every transport, is told everything in order, and no session is unknown to a node`, { timeout: 600_000 }, async t => {
    const [name, url] = [channel(), urls[proxy]];
    const clients = await Promise.all(matrix.map(kind => Client.open(t, url, kind)));
    await Promise.all(clients.map(client => client.join(name)));
    await Promise.all(clients.filter(client => client.upgraded).map(client => within(60_000, 'the upgrade', client.upgraded)));
    const plain = await PlainClient.open(t, { url });
    await plain.join(name);
    const stream = await EventStream.open(t, { url }, [name]);
    const sent = [];
    for (let n = 0; n < 60; n++) {
      sent.push({ n, text: 'é € 😀' });
      assert.equal(await send(url, name, sent.at(-1)), 200);
    }
    for (const client of clients) {
      assert.deepEqual(await client.notifications.count(sent.length), sent);
      assert.deepEqual([client.disconnects.items, client.errors.items, client.connects.items.length], [[], [], 1]);
    }
    await plain.messages.count(2 + sent.length);
    assert.deepEqual(plain.data, sent);
    assert.deepEqual((await stream.events.count(1 + sent.length)).slice(1).map(event => event.data.data), sent);
  });
}

/** A backend that sends through a proxy, and sends again, under the same key, what is not answered 200. */
class Backend {
  accepted = [];
  answers = {};
  isOver = false;
  isCut = false;

  constructor(name, url, channel) {
    this.running = (async () => {
      for (let n = 0; !this.isOver; n++, await delay(40)) {
        const id = `${name}.${n}`;
        for (let status; (status = await send(url, channel, id, { 'idempotency-key': id })) !== 200 && !this.isCut; await delay(50)) {
          this.answers[status] = (this.answers[status] ?? 0) + 1;
        }
        this.accepted.push(id);
      }
    })();
  }

  async more(count) {
    const enough = this.accepted.length + count;
    await within(120_000, `${count} sends are accepted`, (async () => {
      while (this.accepted.length < enough) {
        await delay(20);
      }
    })(), () => JSON.stringify(this.answers));
  }
}

test('a node is restarted and one is killed behind the proxies: nothing that was accepted is lost, doubled or out of order', { timeout: 600_000 }, async t => {
  const name = channel();
  const pages = Object.values(urls).flatMap(url => [...matrix.map(kind => new SocketPage(url, name, kind)), new PlainPage(url, name), new EventPage(url, name)]);
  t.after(() => pages.forEach(page => page.close()));
  await Promise.all(pages.map(page => page.joins.count(1)));
  const backends = proxies.map(proxy => new Backend(proxy, urls[proxy], name));
  t.after(() => backends.forEach(backend => (backend.isOver = backend.isCut = true)));
  const sent = count => Promise.all(backends.map(backend => backend.more(count)));

  await sent(50);
  assert.equal((await cluster.nodes[0].stop()).code, 0);
  const atStop = backends.map(({ answers }) => ({ ...answers }));
  await sent(50);
  await cluster.start(0);
  await sent(50);
  await cluster.nodes[1].kill();
  await sent(50);
  await cluster.start(1);
  await sent(50);
  backends.forEach(backend => (backend.isOver = true));
  await Promise.all(backends.map(backend => backend.running));

  const accepted = backends.flatMap(backend => backend.accepted);
  for (const page of pages) {
    await page.told.count(accepted.length);
    assert.deepEqual(page.complaints, [], page.name);
    assert.deepEqual(page.told.items, pages[0].told.items, page.name);
  }
  for (const backend of backends) {
    assert.deepEqual(pages[0].told.items.filter(id => backend.accepted.includes(id)), backend.accepted);
  }
  assert.equal(pages[0].told.items.length, accepted.length);
  t.diagnostic(`${accepted.length} sends accepted; not 200, by proxy: ${JSON.stringify(backends.map(backend => backend.answers))}, until the stop ${JSON.stringify(atStop)}; joins: ${pages.reduce((sum, page) => sum + page.joins.items.length, 0)} by ${pages.length} clients`);
});

for (const proxy of proxies) {
  test(`${proxy}: what reached a node is never given to another one, and what reached none is`, { timeout: 600_000 }, async t => {
    const heard = [];
    const ports = [];
    for (let n = 0; n < 2; n++) {
      const node = createServer((request, response) => {
        if (request.url === '/health/ready') {
          response.end('{}');
        } else if (request.url.includes('break')) {
          heard.push(`${request.method} ${request.url}`);
          request.resume().on('end', () => request.socket.destroy());
        } else {
          response.end('served');
        }
      });
      t.after(() => node.close());
      await new Promise(resolve => node.listen(0, '127.0.0.1', resolve));
      ports.push(node.address().port);
    }
    // Nobody listens at the third.
    ports.push(await lastingPort());

    const all = await Proxy.start(t, proxy, ports);
    for (let n = 0; n < 9; n++) {
      assert.equal((await fetch(`${all.url}/send`, { method: 'POST', body: 'x' })).status, 200);
    }
    const requests = [['POST', '/send?break'], ['GET', '/socket.io/?EIO=4&transport=polling&sid=break'], ['POST', '/socket.io/?EIO=4&transport=polling&sid=break']];
    for (const [method, path] of requests) {
      // A node that broke a connection is left out for a while: each request has a proxy that knows nothing of the others.
      const { url } = await Proxy.start(t, proxy, ports);
      assert.equal((await fetch(url + path, { method, body: method === 'POST' ? 'x' : undefined })).status, 502);
    }
    assert.deepEqual(heard, requests.map(request => request.join(' ')));
  });
}
