import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

// What was given is free until somebody listens there.
const given = new Set();

/**
 * A free port that no outgoing connection of this host can be given: between the stop of a server and its next start, somebody's
 * connection could otherwise sit on its port.
 */
export async function lastingPort() {
  const [low] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  const ports = Array.from({ length: low - 1024 }, (_, index) => 1024 + index).sort(() => Math.random() - 0.5);
  for (const port of ports) {
    if (!given.has(port) && await isFree(port)) {
      given.add(port);
      return port;
    }
  }
  throw new Error(`no free port below ${low}`);
}

function isFree(port) {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
