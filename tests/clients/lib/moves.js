import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from './cluster.js';
import { PlainClient } from './plain.js';
import { Postgres } from './postgres.js';

const SENDERS = 32;

// What a node uses of a core, at most, when nothing is under way; and for how many seconds it has to be so.
const IDLE = 0.15;
const WINDOWS = 2;

/**
 * Has the channels of a cluster move, with subscribers that were never told anything: a third node comes, leaves, comes again and is
 * killed. After each of these the cluster becomes quiet, and then every subscriber is sent something.
 */
export async function moves(t, { channels, sockets = 20 }) {
  const cluster = await Cluster.start(t, (await Postgres.start(t)).store, {}, { started: 2 });
  const names = Array.from({ length: channels }, (_, n) => `idle-${n}`);
  const clients = await Promise.all(Array.from({ length: sockets }, (_, n) => PlainClient.open(t, cluster.nodes[n % 2])));
  clients.forEach((client, n) => names.filter((_, each) => each % sockets === n).forEach(channel => client.send({ type: 'join', channel })));
  await Promise.all(clients.map(client => client.messages.count(1 + channels / sockets, 120_000)));
  const { use: atRest } = await quiet(cluster.nodes);
  t.diagnostic(`${channels} channels are joined; at rest the nodes use ${atRest} of a core`);

  const report = {};
  const logs = [];
  const before = [];
  const events = {
    comes: () => cluster.start(2),
    leaves: () => cluster.nodes[2].stop(),
    'comes again': () => cluster.start(2),
    'is killed': () => cluster.nodes[2].kill(),
  };
  for (const [event, happen] of Object.entries(events)) {
    if (event === 'is killed') {
      before.push(...lines(cluster.nodes.map(node => node.log)));
    }
    const began = performance.now();
    await happen();
    const happened = performance.now();
    const isHere = event.startsWith('comes');
    const running = isHere ? cluster.nodes : cluster.nodes.slice(0, 2);
    await everyShard(running[0], event);
    const served = performance.now();
    const { use } = await quiet(running);
    const settled = performance.now() - WINDOWS * 1000;
    const told = await tell(cluster.nodes[0], clients, names, event);
    report[event] = { took: seconds(began, happened), servedAfter: seconds(happened, served), quietAfter: seconds(served, settled), use, ...told };
    t.diagnostic(`the node ${event}: ${JSON.stringify(report[event])}`);
    if (!isHere) {
      logs.push(cluster.nodes[2].log);
    }
  }
  // Of a node that was killed the others say so, and mean it.
  const killed = `127.0.0.1:${cluster.settings[2].environment.NOTIFY_CLUSTER_PORT}]`;
  const after = lines(cluster.nodes.map(node => node.log)).filter(line => !line.includes(killed));
  return { events: report, quarantines: [...before, ...lines(logs), ...after] };
}

function lines(logs) {
  return logs.flatMap(log => log.split('\n').filter(line => /quarantined/i.test(line)));
}

function seconds(from, to) {
  return Math.max(0, Math.round((to - from) / 100) / 10);
}

/** Waits until no node has anything to do. */
async function quiet(nodes) {
  for (let windows = 0; ;) {
    const before = nodes.map(node => node.cpu);
    await delay(1000);
    const use = nodes.map((node, n) => Math.round((node.cpu - before[n]) * 100) / 100);
    windows = Math.max(...use) < IDLE ? windows + 1 : 0;
    if (windows === WINDOWS) {
      return { use };
    }
  }
}

/** Waits until channels all over the shards are served. */
async function everyShard(node, event) {
  for (let n = 0; n < 300; n++) {
    while ((await node.post({ channel: `probe-${event}-${n}`, notification: event })).status !== 200) {
      await delay(50);
    }
  }
}

/** Sends something to every channel, and says who was not told it once. */
async function tell(node, clients, names, event) {
  let next = 0;
  const refused = [];
  await Promise.all(Array.from({ length: SENDERS }, async () => {
    while (next < names.length) {
      const channel = names[next++];
      const { status } = await node.post({ channel, notification: `${event} ${channel}` });
      if (status !== 200) {
        refused.push(status);
      }
    }
  }));
  const expected = names.length / clients.length;
  const told = () => clients.map(client => client.data.filter(data => data.startsWith(`${event} idle-`)));
  for (let waited = 0; told().some(each => each.length < expected) && waited < 600; waited++) {
    await delay(100);
  }
  const all = told();
  return {
    refused: refused.length,
    missing: all.reduce((sum, each) => sum + expected - new Set(each).size, 0),
    doubled: all.reduce((sum, each) => sum + each.length - new Set(each).size, 0),
  };
}
