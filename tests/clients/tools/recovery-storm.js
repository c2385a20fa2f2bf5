// Measures what happens when thousands of clients lose their connection at once and come back:
//
//     node tools/recovery-storm.js [clients=2000] [channels=100] [joins=1] [rate=500] [seconds=10] [awayRate=50] [awaySeconds=5] [store=memory]
//
// in tests/clients, after a Release build. Socket.IO by its private id, then plain WebSockets by their positions.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../lib/server.js';
import { PlainStormClient, SocketIoClient, storm } from '../lib/storm.js';

const settings = { clients: 2000, channels: 100, joins: 1, rate: 500, seconds: 10, awayRate: 50, awaySeconds: 5, store: 'memory' };
for (const argument of process.argv.slice(2)) {
  const [name, value] = argument.split('=');
  if (!(name in settings)) {
    throw new Error(`there is no ${name}; there are ${Object.keys(settings).join(', ')}`);
  }
  settings[name] = name === 'store' ? value : Number(value);
}
const folder = mkdtempSync(join(tmpdir(), 'notify-storm-'));
let failed = false;
try {
  for (const Kind of [SocketIoClient, PlainStormClient]) {
    const server = await Server.start(0, { NOTIFY_STORE: settings.store === 'memory' ? 'memory' : `sqlite:${join(folder, `${Kind.name}.db`)}` });
    const parts = await storm(server.url, Kind, settings);
    await server.stop();
    for (const [name, part] of Object.entries(parts)) {
      console.log(Kind.name, name, JSON.stringify(part));
      failed ||= part.gaps + part.doubles + part.incomplete + part.refusals > 0;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
