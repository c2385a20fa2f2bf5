import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { connect } from 'node:tls';
import WebSocket from 'ws';
import { MountedCertificate } from '../lib/certificate.js';
import { channel } from '../lib/channel.js';
import { Client, generations, transports } from '../lib/client.js';
import { Server } from '../lib/server.js';

const newest = generations[3];

/** Starts a server with a certificate that can be replaced; both go with the test. */
async function start(t) {
  const certificate = new MountedCertificate();
  const ca = [certificate.replace('ecdsa')];
  const server = await Server.start(0, { ...certificate.environment, NOTIFY_DRAIN: '100ms', 'Logging__LogLevel__Notify.Server.Tls': 'Information' });
  t.after(() => server.stop().finally(() => certificate.remove()));
  return { certificate, ca, server };
}

/** The subject of the certificate that a new handshake is shown. */
async function shown(server, ca) {
  const socket = connect({ host: '127.0.0.1', port: server.port, ca });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN;
}

test('stock clients and ws over TLS go on while the certificate is replaced, and new ones are shown the new one', async t => {
  const { certificate, ca, server } = await start(t);
  const name = channel();
  const open = transport => Client.open(t, server.url, { generation: newest, transport }, { ca });
  const clients = await Promise.all(Object.keys(transports).map(open));
  await Promise.all(clients.map(client => client.join(name)));
  const raw = new WebSocket(`${server.url.replace('https', 'wss')}/socket.io/?EIO=4&transport=websocket`, { ca });
  t.after(() => raw.terminate());
  await once(raw, 'message');
  assert.equal(await shown(server, ca), 'ecdsa');
  await server.sendSecurely(ca, { channel: name, notification: 'before' });
  await Promise.all(clients.map(client => client.notifications.count(1)));

  ca.push(certificate.replace('rsa'));
  server.reload();
  await server.logged('New certificate of CN=rsa');

  assert.equal(await shown(server, ca), 'rsa');
  clients.push(await open('websocket'));
  await clients.at(-1).join(name);
  await server.sendSecurely(ca, { channel: name, notification: 'after' });
  for (const client of clients.slice(0, -1)) {
    assert.deepEqual(await client.notifications.count(2), ['before', 'after']);
    assert.deepEqual(client.disconnects.items, []);
  }
  assert.deepEqual(await clients.at(-1).notifications.count(1), ['after']);
  assert.equal(raw.readyState, WebSocket.OPEN);
});

test('a certificate that is replaced is taken without being asked', async t => {
  const { certificate, ca, server } = await start(t);
  ca.push(certificate.replace('rsa'));
  await server.logged('New certificate of CN=rsa');
  assert.equal(await shown(server, ca), 'rsa');
});
