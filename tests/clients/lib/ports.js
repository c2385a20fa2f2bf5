import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

// Nothing is served here. Whoever listens on a port of this address keeps other processes, which test at the same time, from taking the
// same port of 127.0.0.1.
const RESERVED = '127.0.0.2';

// `fetch` refuses some ports below, those of other protocols (https://fetch.spec.whatwg.org/#port-blocking).
const FIRST = 10_081;

/**
 * A free port that no outgoing connection of this host can be given: between the stop of a server and its next start, somebody's
 * connection could otherwise sit on its port. It is this process's until it ends.
 */
export async function lastingPort() {
  const [low] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  for (let tries = 0; tries < 1000; tries++) {
    const port = FIRST + Math.floor(Math.random() * (low - FIRST));
    const reservation = await listen(port, RESERVED);
    const probe = reservation && await listen(port, '127.0.0.1');
    if (probe) {
      await new Promise(resolve => probe.close(resolve));
      return port;
    }
    reservation?.close();
  }
  throw new Error(`no free port below ${low} was found`);
}

function listen(port, host) {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, host, () => resolve(server.unref()));
  });
}
