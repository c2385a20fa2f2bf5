import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { channel } from '../lib/channel.js';
import { recovering } from '../lib/client.js';
import { Cluster } from '../lib/cluster.js';
import { stock, ways } from '../lib/identified.js';
import { lastingPort } from '../lib/ports.js';
import { Postgres } from '../lib/postgres.js';
import { Server } from '../lib/server.js';
import { SECRET, api, token, user } from '../lib/tokens.js';
import { within } from '../lib/within.js';

const ACCESS = { NOTIFY_ACCESS: 'token', NOTIFY_TOKEN_SECRET: SECRET };

// Connections end within one second, and on a node that slept within five. A busy machine is given more.
const SOON = 10_000;
const AFTER_SLEEP = 30_000;

// Three nodes that know and answer each other.
let cluster;
const ends = [];
before(async () => {
  const suite = { after: end => ends.unshift(end) };
  cluster = await Cluster.start(suite, (await Postgres.start(suite)).store, ACCESS);
  await whole();
});
after(async () => {
  for (const end of ends) {
    await end();
  }
});

/** Waits until every node reaches every other one. */
function whole() {
  const { nodes } = cluster;
  return within(60_000, 'all nodes answer each other', Promise.all(nodes.map(async node => {
    for (let answer; !answer || answer.nodes < nodes.length || answer.silent.length > 0; await delay(50)) {
      answer = await ok(node, '/api/disconnect', { user: user() });
    }
  })), () => nodes.map(node => node.log).join('\n'));
}

/** What a node answers a backend that signs somebody out. */
async function ok(node, path, body) {
  const { status, body: answer } = await api(node, path, body);
  assert.equal(status, 200, `${path} answered ${status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Connects a user in every way to some nodes. */
function connect(t, nodes, given, name) {
  return Promise.all(nodes.flatMap(node => Object.entries(ways).map(async ([way, { open, ending }]) => ({
    way, node, ending, ...await open(t, node, given, name),
  }))));
}

/**
 * Connects a user in every way to all nodes, and asks one to end that. A node that is busy for more than a second is named as silent, and
 * nobody counts what it ends: then another user is connected.
 */
async function endAll(t, ask) {
  for (;;) {
    const who = user();
    const given = earlier(who);
    const connections = await connect(t, cluster.nodes, given, `user:${who}`);
    const began = performance.now();
    const answer = await ask(who);
    if (answer.silent.length === 0) {
      return { who, given, connections, began, answered: Math.round(performance.now() - began), answer };
    }
  }
}

/** Waits for the end of connections, checks it, and returns the milliseconds that the slowest took since a moment. */
async function ended(connections, code, since, milliseconds, what) {
  const ends = await within(60_000, what, Promise.all(connections.map(async each => ({ ...each, ...await each.ended }))));
  for (const { way, code: told, how, ending } of ends) {
    assert.deepEqual({ way, code: told, how }, { way, code, how: ending });
  }
  const slowest = Math.round(Math.max(...ends.map(({ at }) => at - since)));
  assert.ok(slowest < milliseconds, `${what}: the slowest of ${ends.length} connections ended after ${slowest} ms`);
  return slowest;
}

/** Checks that a token is refused in every way. The first one also waits until the node takes tokens. */
async function refused(t, node, given, code) {
  for (const [way, { refusal }] of Object.entries(ways)) {
    const told = await within(90_000, `a token is refused as ${code}: ${way}`, refusal(t, node, given), () => node.log);
    assert.deepEqual({ way, code: told }, { way, code });
  }
}

/** Checks that a token lets its user in, in every way. */
async function welcome(t, node, given, name) {
  const connections = await connect(t, [node], given, name);
  await node.sendJson({ channel: name, notification: 'welcome' });
  for (const { heard } of connections) {
    assert.equal([(await heard.count(1))[0]].flat()[0], 'welcome');
  }
}

const seconds = () => Math.floor(Date.now() / 1000);

/** A token that was issued a minute ago, and one that was issued after a revocation of this second. */
const earlier = who => token({ sub: who, iat: seconds() - 60 });
const later = who => token({ sub: who, iat: seconds() + 5 });

/** The name by which nodes call each other. */
const nameOf = n => `127.0.0.1:${cluster.settings[n].environment.NOTIFY_CLUSTER_PORT}`;

describe('three nodes on PostgreSQL', { timeout: 600_000 }, () => {
  test('a revoked user is disconnected from all of them, and refused by all of them; another user notices nothing', async t => {
    const other = user();
    const others = await connect(t, cluster.nodes, earlier(other), `user:${other}`);
    const { who, given, connections, began, answered, answer: { before: second, ...answer } } =
      await endAll(t, async each => ok(cluster.nodes[1], '/api/revoke', { user: each }));
    assert.deepEqual(answer, { connections: connections.length, nodes: 3, silent: [] });
    assert.ok(Math.abs(second - seconds()) <= 5, `before is ${second}`);
    const slowest = await ended(connections, 'token_revoked', began, SOON, 'a revoked user is disconnected');
    t.diagnostic(`the answer came after ${answered} ms, the last of ${connections.length} ends after ${slowest} ms`);

    for (const node of cluster.nodes) {
      await refused(t, node, given, 'token_revoked');
    }
    await cluster.nodes[2].sendJson({ channel: [`user:${who}`, `user:${other}`], notification: 'after' });
    for (const { heard } of others) {
      assert.equal([(await heard.count(1))[0]].flat()[0], 'after');
    }
    for (const { way, heard } of connections) {
      assert.deepEqual({ way, heard: heard.items }, { way, heard: [] });
    }
    // Who signs in again has a new token.
    for (const node of cluster.nodes) {
      await welcome(t, node, later(who), `user:${who}`);
    }
  });

  test('one that sleeps is named, and disconnects a revoked user as soon as it wakes up', async t => {
    const [first, , sleeper] = cluster.nodes;
    const who = user();
    const given = earlier(who);
    const awake = await connect(t, cluster.nodes.slice(0, 2), given, `user:${who}`);
    const asleep = await connect(t, [sleeper], given, `user:${who}`);

    sleeper.freeze();
    const began = performance.now();
    const { connections, nodes, silent } = await ok(first, '/api/revoke', { user: who });
    const answered = Math.round(performance.now() - began);
    const slowest = await ended(awake, 'token_revoked', began, SOON, 'a revoked user is disconnected from the nodes that are awake');
    const early = await Promise.race([...asleep.map(({ way, ended }) => ended.then(() => way)), Promise.resolve('none')]);
    const woken = performance.now();
    sleeper.thaw();
    // A node that is busy for a second is named, too.
    assert.ok(silent.includes(nameOf(2)));
    if (silent.length === 1) {
      assert.deepEqual({ connections, nodes }, { connections: awake.length, nodes: 2 });
    }
    assert.equal(early, 'none');
    const late = await ended(asleep, 'token_revoked', woken, AFTER_SLEEP, 'a revoked user is disconnected from the node that slept');
    t.diagnostic(`the answer came after ${answered} ms, the ends of others after ${slowest} ms; the node slept for ${Math.round(woken - began)} ms,`
      + ` and ended its connections ${late} ms after it woke up`);
    await refused(t, sleeper, given, 'token_revoked');
    await whole();
  });

  test('a block and a revocation outlive a crash of all of them, until the user is unblocked', async t => {
    const [revoked, other] = [user(), user()];
    const { who: blocked, connections, began, answer } =
      await endAll(t, async each => ok(cluster.nodes[0], '/api/disconnect', { user: each, block: '10m' }));
    assert.deepEqual(answer, { connections: connections.length, nodes: 3, silent: [] });
    t.diagnostic(`a blocked user was disconnected after ${await ended(connections, 'blocked', began, SOON, 'a blocked user is disconnected')} ms`);
    await ok(cluster.nodes[0], '/api/revoke', { user: revoked });

    await Promise.all(cluster.nodes.map(node => node.kill()));
    await Promise.all(cluster.nodes.map((_, n) => cluster.start(n)));
    for (const node of cluster.nodes) {
      await refused(t, node, earlier(blocked), 'blocked');
      await refused(t, node, later(blocked), 'blocked');
      await refused(t, node, earlier(revoked), 'token_revoked');
    }
    await whole();
    for (const node of cluster.nodes) {
      await welcome(t, node, earlier(other), `user:${other}`);
    }
    assert.equal((await api(cluster.nodes[2], '/api/unblock', { user: blocked })).status, 204);
    for (const node of cluster.nodes) {
      await welcome(t, node, earlier(blocked), `user:${blocked}`);
      await refused(t, node, earlier(revoked), 'token_revoked');
    }

    // Neither does a crash bring the block back.
    await Promise.all(cluster.nodes.map(node => node.kill()));
    await Promise.all(cluster.nodes.map((_, n) => cluster.start(n)));
    for (const node of cluster.nodes) {
      await refused(t, node, earlier(revoked), 'token_revoked');
    }
    await whole();
    for (const node of cluster.nodes) {
      await welcome(t, node, earlier(blocked), `user:${blocked}`);
    }
  });
});

test('one node on SQLite: a block and a revocation outlive a crash, until the user is unblocked', { timeout: 600_000 }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-revocation-'));
  const environment = { ...ACCESS, NOTIFY_STORE: `sqlite:${join(folder, 'notify.db')}` };
  const port = await lastingPort();
  let server = await Server.start(port, environment);
  t.after(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const [blocked, revoked] = [user(), user()];
  const connections = await connect(t, [server], earlier(blocked), `user:${blocked}`);
  const began = performance.now();
  const answer = await ok(server, '/api/disconnect', { user: blocked, block: '10m' });
  assert.deepEqual(answer, { connections: connections.length, nodes: 1, silent: [] });
  t.diagnostic(`a blocked user was disconnected after ${await ended(connections, 'blocked', began, SOON, 'a blocked user is disconnected')} ms`);
  await ok(server, '/api/revoke', { user: revoked });

  await server.kill();
  server = await Server.start(port, environment);
  await refused(t, server, earlier(blocked), 'blocked');
  await refused(t, server, later(blocked), 'blocked');
  await refused(t, server, earlier(revoked), 'token_revoked');
  assert.equal((await api(server, '/api/unblock', { user: blocked })).status, 204);
  await welcome(t, server, earlier(blocked), `user:${blocked}`);

  await server.kill();
  server = await Server.start(port, environment);
  await refused(t, server, earlier(revoked), 'token_revoked');
  await welcome(t, server, earlier(blocked), `user:${blocked}`);
});

describe('a session that another node retains', { timeout: 600_000 }, () => {
  const query = { query: `notificationKey=${Server.key}&recovery=1` };

  /** A session with one notification that its client has not received, and what the client knew. */
  async function retained(t, generation, who, grants) {
    const first = stock(t, cluster.nodes[0], generation, token({ sub: who, channels: grants }), { ...query, reconnection: false });
    await first.connects.count(1);
    await first.join(`user:${who}`, ...grants);
    await cluster.nodes[1].sendJson({ channel: [`user:${who}`, ...grants], notification: 'seen' });
    await first.notifications.count(1 + grants.length);
    const { _pid, _lastOffset } = first.socket;
    assert.equal(typeof _pid, 'string');
    first.socket.io.engine.close();
    await first.disconnects.count(1);
    await cluster.nodes[1].sendJson({ channel: [`user:${who}`, ...grants], notification: 'secret' });
    return { _pid, _lastOffset };
  }

  /** Comes back to a node with what a client knew. Returns whether it was recovered, and what it was told. */
  async function comeBack(t, generation, node, known, given, expected) {
    const client = stock(t, node, generation, given, query);
    Object.assign(client.socket, known);
    await client.connects.count(1);
    const { recovered } = client.socket;
    await client.notifications.only(expected, () => node.sendJson({ channel: client.socket.id, notification: 'end' }));
    return recovered;
  }

  for (const generation of recovering) {
    for (const grants of [[], ['shared']]) {
      const what = grants.length === 0 ? 'its own channel' : 'its own channel and one that the other user may join';
      const all = Array(1 + grants.length).fill('secret');

      test(`${generation.name}, ${what}: is given to its user`, async t => {
        const who = user();
        const names = grants.map(channel);
        const known = await retained(t, generation, who, names);
        assert.equal(await comeBack(t, generation, cluster.nodes[1], known, token({ sub: who, channels: names }), all), true);
      });

      test(`${generation.name}, ${what}: is not given to another user, nor to nobody, and then to its user on a third node`, async t => {
        const who = user();
        const names = grants.map(channel);
        const known = await retained(t, generation, who, names);
        const stranger = token({ sub: user(), channels: names });
        assert.equal(await comeBack(t, generation, cluster.nodes[1], known, stranger, []), false);
        assert.equal(await comeBack(t, generation, cluster.nodes[2], known, undefined, []), false);
        assert.equal(await comeBack(t, generation, cluster.nodes[2], known, token({ sub: who, channels: names }), all), true);
      });
    }

    test(`${generation.name}: is not given to its user with a token that was revoked meanwhile`, async t => {
      const who = user();
      const known = await retained(t, generation, who, []);
      const given = earlier(who);
      // Every node knows of it when all of them have answered.
      for (let silent = null; silent?.length !== 0;) {
        ({ silent } = await ok(cluster.nodes[2], '/api/revoke', { user: who }));
      }
      const client = stock(t, cluster.nodes[1], generation, given, query);
      Object.assign(client.socket, known);
      assert.equal((await client.refusals.count(1))[0].code, 'token_revoked');
      assert.equal(client.connects.items.length, 0);
    });
  }
});
