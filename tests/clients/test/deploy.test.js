import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import yaml from 'js-yaml';
import { lastingPort } from '../lib/ports.js';
import { Server, assembly } from '../lib/server.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = path => readFileSync(join(root, path), 'utf8');
const dockerfile = read('Dockerfile');
const instruction = name => new RegExp(`^${name} (.*)$`, 'm').exec(dockerfile)[1];

const compose = yaml.load(read('config/compose.cluster.yaml'));
const nodes = Object.entries(compose.services).filter(([, service]) => service.image === 'notify');

const manifestsOf = folder => readdirSync(join(root, folder))
  .filter(name => name.endsWith('.yaml'))
  .flatMap(name => yaml.loadAll(read(`${folder}/${name}`)));
const manifests = manifestsOf('config/kubernetes');
const optional = manifestsOf('config/kubernetes/optional');
const manifest = (kind, name) => manifests.find(each => each.kind === kind && each.metadata.name === name);
const optionalOf = (kind, name) => optional.find(each => each.kind === kind && each.metadata.name === name).spec;
const set = manifest('StatefulSet', 'notify').spec;
const pod = set.template.spec;
const container = pod.containers[0];

// The pages and the file of the port say how it is set.
const [adminListen] = /0\.0\.0\.0:\d+/.exec(read('config/kubernetes/optional/admin-port.yaml'));
const adminPort = Number(adminListen.split(':')[1]);

const store = 'postgres://notify:password@database:5432/notify';
const values = { NOTIFICATION_SECRET: 'a secret of a backend', NOTIFY_CLUSTER_SECRET: 'a secret of the nodes that is long', NOTIFY_STORE: store };

/** Has the server read settings, and fails with what it says to them. */
function check(t, settings) {
  const folder = mkdtempSync(join(tmpdir(), 'notify-settings-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^NOTIF/.test(name)));
  for (const [name, value] of Object.entries(settings)) {
    const secret = values[name.replace(/_FILE$/, '')];
    env[name] = name.endsWith('_FILE') ? join(folder, name) : String(value);
    if (name.endsWith('_FILE')) {
      assert.ok(secret, `${name} is a file of secrets`);
      writeFileSync(env[name], secret);
    }
  }
  const { status, stdout, stderr } = spawnSync('dotnet', [assembly(), '--check'], { env, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  for (const name of Object.keys(settings).filter(name => /^NOTIF/.test(name))) {
    assert.match(stdout, new RegExp(name), `${name} is a setting`);
  }
  assert.doesNotMatch(stdout + stderr, /warn/i);
}

test('compose: every node has settings that the server takes, and its secrets', t => {
  assert.equal(nodes.length, 3);
  for (const [name, node] of nodes) {
    check(t, node.environment);
    assert.equal(node.environment.NOTIFY_CLUSTER_HOST, name);
    assert.deepEqual(node.environment.NOTIFY_CLUSTER_SEEDS.split(','), nodes.map(([each]) => `${each}:4053`));
    const files = Object.entries(node.environment).filter(([name]) => name.endsWith('_FILE')).map(([, path]) => path);
    assert.deepEqual(files.toSorted(), node.secrets.map(secret => `/run/secrets/${secret}`).toSorted());
    node.secrets.forEach(secret => assert.ok(compose.secrets[secret], secret));
  }
});

test('compose: nodes start again, have time to leave, and are asked as the image asks', () => {
  for (const [, node] of nodes) {
    assert.equal(node.restart, 'unless-stopped');
    assert.ok(parseInt(node.stop_grace_period) > 9);
    assert.equal(node.command ?? node.entrypoint, undefined);
    assert.equal(`CMD ${JSON.stringify(node.healthcheck.test.slice(1)).replaceAll(',', ', ')}`, /HEALTHCHECK .* (CMD .*)$/m.exec(dockerfile)[1]);
    assert.deepEqual(node.depends_on, { database: { condition: 'service_healthy' } });
  }
  assert.match(dockerfile, /^# docker build -t notify /);
  const proxy = compose.services.proxy;
  assert.deepEqual(proxy.volumes, ['./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro']);
  assert.equal(proxy.ports[0].split(':')[1], /bind :(\d+)/.exec(read('config/haproxy.cfg'))[1]);
  for (const sample of ['config/haproxy.cfg', 'config/nginx.conf']) {
    assert.deepEqual(read(sample).match(/notify-\d:\d+/g), nodes.map(([name]) => `${name}:${instruction('EXPOSE')}`));
  }
});

test('Kubernetes: every node has settings that the server takes, and its secrets', t => {
  const settings = Object.fromEntries(container.env.filter(each => each.value).map(({ name, value }) => [name, value.replace('$(POD_NAME)', 'notify-0')]));
  check(t, settings);
  assert.deepEqual(container.env.find(each => each.name === 'POD_NAME').valueFrom, { fieldRef: { fieldPath: 'metadata.name' } });
  assert.ok(container.env.findIndex(each => each.name === 'POD_NAME') < container.env.findIndex(each => each.value?.includes('$(POD_NAME)')));
  const seeds = settings.NOTIFY_CLUSTER_SEEDS.split(',');
  assert.deepEqual(seeds, Array.from({ length: set.replicas }, (_, n) => `notify-${n}.${set.serviceName}:4053`));
  assert.equal(settings.NOTIFY_CLUSTER_HOST, seeds[0].split(':')[0]);
  const [mount] = container.volumeMounts;
  const volume = pod.volumes.find(each => each.name === mount.name);
  const secret = manifest('Secret', volume.secret.secretName);
  for (const [, path] of Object.entries(settings).filter(([name]) => name.endsWith('_FILE'))) {
    assert.ok(Object.keys(secret.stringData).some(key => path === `${mount.mountPath}/${key}`), path);
  }
  assert.equal(secret.stringData.store, store);
});

test('Kubernetes: ports, user and the ways by which nodes and clients find a node agree', () => {
  assert.equal(container.image, 'notify');
  assert.equal(container.command ?? container.args, undefined);
  assert.deepEqual(Object.fromEntries(container.ports.map(port => [port.name, port.containerPort])), { http: Number(instruction('EXPOSE')), actors: 4053, forward: 4054 });
  assert.equal(instruction('USER'), `${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`);
  assert.equal(pod.enableServiceLinks, false);
  assert.equal(set.podManagementPolicy, 'Parallel', 'the first node is not ready before the second is there');
  const headless = manifest('Service', set.serviceName).spec;
  assert.equal(headless.clusterIP, 'None');
  assert.equal(headless.publishNotReadyAddresses, true, 'a node is found before it is ready');
  const clients = manifest('Service', 'notify').spec;
  assert.equal(clients.sessionAffinity ?? 'None', 'None');
  assert.equal(clients.ports[0].targetPort, 'http');
  const labels = set.template.metadata.labels;
  const budget = manifest('PodDisruptionBudget', 'notify').spec;
  const apart = pod.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm;
  for (const selector of [headless.selector, clients.selector, set.selector.matchLabels, budget.selector.matchLabels, apart.labelSelector.matchLabels]) {
    assert.deepEqual(selector, labels);
  }
  assert.equal(budget.maxUnavailable, 1);
  assert.ok(pod.terminationGracePeriodSeconds > 9 + container.lifecycle.preStop.sleep.seconds);
});

/** Checks a manifest against the schema of its kind, without a cluster. */
async function validate(each) {
  const source = each.apiVersion.startsWith('monitoring.coreos.com/') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  const models = await import(`${source}/${each.apiVersion}`);
  const Model = models[each.kind];
  assert.ok(Model, `${each.apiVersion} has no ${each.kind}`);
  new Model(each).validate();
}

test('Kubernetes: every manifest has the form of its kind', async () => {
  assert.deepEqual(optional.map(each => each.kind).toSorted(), ['NetworkPolicy', 'Service', 'ServiceMonitor', 'ServiceMonitor']);
  for (const each of [...manifests, ...optional]) {
    await validate(each);
  }
  await assert.rejects(validate({ ...manifest('StatefulSet', 'notify'), spec: { ...set, replicas: 'three' } }), /replicas/);
});

test('Kubernetes: the optional files name what the others have', () => {
  const [policy, monitor] = [optionalOf('NetworkPolicy', 'notify'), optionalOf('ServiceMonitor', 'notify')];
  const labels = set.template.metadata.labels;
  const ports = Object.fromEntries(container.ports.map(port => [port.name, port.containerPort]));
  assert.deepEqual(policy.podSelector.matchLabels, labels);
  assert.deepEqual(
    policy.ingress.map(rule => rule.ports.map(each => ports[each.port] ?? each.port)), [[ports.http], [ports.actors, ports.forward], [adminPort]]);
  assert.deepEqual(policy.ingress[2].from, [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }]);
  assert.deepEqual(policy.ingress[1].from, [{ podSelector: { matchLabels: labels } }]);
  assert.equal(policy.ingress[0].from, undefined);

  const [endpoint] = monitor.endpoints;
  const service = manifest('Service', 'notify');
  assert.deepEqual(monitor.selector.matchLabels, service.metadata.labels);
  assert.ok(service.spec.ports.some(port => port.name === endpoint.port));
  const secret = manifest('Secret', endpoint.authorization.credentials.name);
  assert.ok(endpoint.authorization.credentials.key in secret.stringData);
});

test('Kubernetes: the port of operators is the same in every optional file', () => {
  const service = optionalOf('Service', 'notify-admin');
  assert.ok(read('config/kubernetes/README.md').includes(`NOTIFY_ADMIN_LISTEN=${adminListen}`));
  assert.deepEqual(service.selector, set.template.metadata.labels);
  assert.deepEqual(service.ports, [{ name: 'admin', port: adminPort, targetPort: adminPort }]);
  const monitor = optionalOf('ServiceMonitor', 'notify-admin');
  assert.deepEqual(monitor.selector.matchLabels, optional.find(each => each.kind === 'Service').metadata.labels);
  const [endpoint] = monitor.endpoints;
  assert.deepEqual([endpoint.port, endpoint.authorization], ['admin', undefined]);
  assert.ok(!manifest('Service', 'notify').spec.ports.some(port => port.name === endpoint.port));
  assert.ok(!container.ports.some(port => port.containerPort === adminPort));
});

test('Kubernetes: with the port of operators, metrics and the console are nowhere else', async t => {
  const port = await lastingPort();
  const server = await Server.start(await lastingPort(), { NOTIFY_ADMIN_LISTEN: `127.0.0.1:${port}` });
  t.after(() => server.stop());
  const [{ path }] = optionalOf('ServiceMonitor', 'notify-admin').endpoints;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /^notify_connections/m);
  assert.equal((await fetch(`http://127.0.0.1:${port}/operate`)).status, 200);
  for (const away of [path, '/operate', '/api/connections']) {
    assert.equal((await fetch(server.url + away)).status, 404, away);
  }
  assert.equal((await fetch(`${server.url}/health/ready`)).status, 200, 'the probes ask the port of clients');
});

test('Kubernetes: the operator reads metrics as its file says, and the probes ask what the server answers', async t => {
  const secret = values.NOTIFICATION_SECRET;
  const server = await Server.start(0, { NOTIFICATION_SECRET: secret });
  t.after(() => server.stop());
  const [endpoint] = optionalOf('ServiceMonitor', 'notify').endpoints;
  const answer = await fetch(server.url + endpoint.path, { headers: { authorization: `Bearer ${secret}`, 'x-forwarded-for': '203.0.113.9' } });
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /^notify_connections/m);

  for (const [name, path] of [['startupProbe', '/health/live'], ['livenessProbe', '/health/live'], ['readinessProbe', '/health/ready']]) {
    assert.deepEqual(container[name].httpGet, { path, port: 'http' });
    const answer = await fetch(server.url + path);
    assert.deepEqual([answer.status, (await answer.json()).status], [200, 'ok']);
  }
  // A node waits thirty seconds for its store and thirty for the others.
  assert.ok(container.startupProbe.periodSeconds * container.startupProbe.failureThreshold > 60);
});
