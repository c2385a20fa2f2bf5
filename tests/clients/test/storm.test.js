import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../lib/server.js';
import { PlainStormClient, SocketIoClient, storm } from '../lib/storm.js';

const SETTINGS = { clients: 300, channels: 30, rate: 300, seconds: 4, awayRate: 10, awaySeconds: 2 };

for (const [name, Kind, joins] of [['Socket.IO clients', SocketIoClient, 1], ['Socket.IO clients with three channels', SocketIoClient, 3], ['plain WebSockets', PlainStormClient, 1]]) {
  test(`${SETTINGS.clients} ${name} that lose their connection at once miss nothing and hear nothing twice`, async t => {
    // A busy machine may stop for longer than a send waits by default.
    const server = await Server.start(0, { NOTIFY_SEND_TIMEOUT: '30s' });
    t.after(() => server.stop());
    const parts = await storm(server.url, Kind, { ...SETTINGS, joins });
    for (const [part, { sent, recoveries, refusals, incomplete, gaps, doubles }] of Object.entries(parts)) {
      const channels = Kind === SocketIoClient ? 1 : joins;
      assert.deepEqual({ recoveries, refusals, incomplete, gaps, doubles }, { recoveries: SETTINGS.clients * channels, refusals: 0, incomplete: 0, gaps: 0, doubles: 0 }, part);
      assert.ok(sent > 0);
    }
  });
}
