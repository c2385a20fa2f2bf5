import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { lastingPort } from './ports.js';
import { within } from './within.js';

// The server refuses to run as root; the package makes a user for it.
const AS_ITS_USER = userInfo().username === 'root'
  ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', 'env', 'HOME=/tmp']
  : ['env', 'HOME=/tmp'];

const running = new Set();
process.on('exit', () => running.forEach(postgres => postgres.kill()));

/** The path of one of its programs. */
export function program(name) {
  const [version] = readdirSync('/usr/lib/postgresql').sort((a, b) => b - a);
  return join('/usr/lib/postgresql', version, 'bin', name);
}

/** Debian's PostgreSQL in a temporary folder, gone with the test. */
export class Postgres {
  #child;
  #exited;
  #log = '';

  /** Starts an empty one; `store` is what NOTIFY_STORE says of it. */
  static async start(t) {
    const postgres = new Postgres();
    postgres.folder = mkdtempSync(join(tmpdir(), 'notify-postgres-'));
    if (userInfo().username === 'root') {
      execFileSync('chown', ['postgres:', postgres.folder]);
    }
    t.after(async () => {
      postgres.kill();
      await postgres.#exited;
      rmSync(postgres.folder, { recursive: true, force: true });
    });
    const [command, ...rest] = [...AS_ITS_USER, program('initdb'), '-D', join(postgres.folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'];
    execFileSync(command, rest, { cwd: '/tmp', stdio: 'pipe' });
    postgres.port = await lastingPort();
    await postgres.start();
    postgres.store = `postgres://postgres:unused@127.0.0.1:${postgres.port}/postgres`;
    return postgres;
  }

  /** Starts it again, and returns when it takes connections. */
  async start() {
    const [command, ...rest] = [
      ...AS_ITS_USER, program('postgres'), '-D', join(this.folder, 'data'), '-p', String(this.port),
      '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off', '-c', 'full_page_writes=off',
    ];
    const said = this.#log.length;
    this.#child = spawn(command, rest, { cwd: '/tmp', detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this);
    this.#exited = new Promise(resolve => this.#child.once('close', () => {
      running.delete(this);
      resolve(true);
    }));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', text => (this.#log += text));
    }
    await within(60_000, 'PostgreSQL answers', this.#ready(said), () => this.#log);
  }

  /** Ends it as an operator does: connections are cut, what is committed is kept. */
  async stop() {
    this.#child.kill('SIGINT');
    await within(60_000, 'PostgreSQL ends', this.#exited, () => this.#log);
  }

  /** Ends it at once; its children notice. */
  kill() {
    this.#child?.kill('SIGKILL');
  }

  async #ready(said) {
    const ended = this.#exited.then(() => true);
    while (!this.#log.includes('database system is ready to accept connections', said)) {
      if (await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 20))])) {
        throw new Error(`PostgreSQL ended:\n${this.#log}`);
      }
    }
  }
}
