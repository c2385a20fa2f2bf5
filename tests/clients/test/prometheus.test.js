import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, generations } from '../lib/client.js';
import { Cluster } from '../lib/cluster.js';
import { PlainClient } from '../lib/plain.js';
import { Postgres } from '../lib/postgres.js';
import { Prometheus } from '../lib/prometheus.js';
import { SECRET, token } from '../lib/tokens.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const alerts = `${root}config/prometheus/alerts.yml`;
const page = readFileSync(`${root}src/Notify.Server/Telemetry/README.md`, 'utf8');
const documented = new Set([...page.matchAll(/^\| `(notify_\w+)` \| (\w+)/gm)].flatMap(([, name, type]) =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]));

const dashboard = JSON.parse(readFileSync(`${root}config/grafana/notify.json`, 'utf8'));
const expressions = dashboard.panels.flatMap(panel => [panel, ...panel.panels ?? []]).flatMap(panel => panel.targets ?? []).map(target => target.expr);

// Nothing of the kind happens in this test.
const silent = ['notify_relay_repairs', 'notify_recoveries', 'notify_recovery_notifications', 'notify_store_errors', 'notify_store_trimmed',
  'notify_authorize_requests', 'notify_limit_refusals', 'notify_limit_waits', 'outcome=~"unavailable|overload"'];

test('the alerts are valid and fire when they should', () => {
  execFileSync('promtool', ['check', 'rules', alerts], { stdio: 'pipe' });
  execFileSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd: `${root}config/prometheus`, stdio: 'pipe' });
});

test('alerts and dashboard name only metrics that are documented', () => {
  const named = [readFileSync(alerts, 'utf8'), ...expressions].flatMap(text => text.match(/\bnotify_\w+/g) ?? []);
  assert.ok(named.length > 60);
  assert.deepEqual([...new Set(named)].filter(name => !documented.has(name)), []);
});

test('a real Prometheus scrapes three nodes under load, and answers every expression of the dashboard', { timeout: 600_000 }, async t => {
  const secret = 'the secret of backends';
  const cluster = await Cluster.start(t, (await Postgres.start(t)).store, {
    NOTIFICATION_SECRET: secret, NOTIFY_TOKEN_SECRET: SECRET, NOTIFY_ACCESS: 'open,user:*=user',
  });
  const prometheus = await Prometheus.start(t, cluster.ports, { rules: alerts, secret });
  execFileSync('promtool', ['check', 'metrics'], {
    input: await (await fetch(`${cluster.nodes[0].url}/metrics`)).text(), stdio: ['pipe', 'pipe', 'pipe'],
  });

  const clients = await Promise.all(cluster.nodes.map(async (node, n) => {
    const client = await Client.open(t, node.url, { generation: generations[3], transport: 'websocket' }, { auth: { token: token({ sub: '42' }) } });
    await client.join('user:42', 'news');
    const plain = await PlainClient.open(t, cluster.nodes[(n + 1) % 3]);
    await plain.join('news');
    return client;
  }));
  const bad = new Client(cluster.nodes[0].url, { generation: generations[3], transport: 'websocket' }, { auth: { token: 'x.y.z' }, reconnection: false });
  t.after(() => bad.socket.close());
  let isOver = false;
  t.after(() => (isOver = true));
  const sending = (async () => {
    for (let n = 0; !isOver; n++, await delay(20)) {
      await fetch(`${cluster.nodes[n % 3].url}/send`, {
        method: 'POST', headers: { 'notification_secret': secret, 'content-type': 'application/json' },
        body: JSON.stringify({ channel: ['user:42', 'news'], notification: n }),
      });
      await fetch(`${cluster.nodes[n % 3].url}/api/inbox/mark`, {
        method: 'POST', headers: { 'authorization': `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ user: '42', as: ['read', 'unread'][n % 2], all: true }),
      });
    }
  })();

  const asked = expressions.map(expression => expression
    .replaceAll('$job', 'notify').replaceAll('$instance', '.*').replaceAll('[5m]', '[30s]'));
  for (const expression of asked) {
    if (silent.some(part => expression.includes(part))) {
      await prometheus.query(expression);
    } else {
      await prometheus.until(expression);
    }
  }
  isOver = true;
  await sending;
  assert.ok(clients.length === 3);

  const rules = await prometheus.rules();
  assert.equal(rules.length, 22);
  assert.deepEqual(rules.filter(rule => rule.health !== 'ok').map(rule => rule.name), []);
  const { length: series } = await prometheus.query(`{__name__=~"notify_.*",instance="127.0.0.1:${cluster.ports[0]}"}`);
  t.diagnostic(`${expressions.length} expressions were answered; a node has ${series} series of its own`);
});
