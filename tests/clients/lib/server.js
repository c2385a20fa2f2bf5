import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { within } from './within.js';

const KEY = 'NOTIFICATION_KEY';
const SECRET = 'NOTIFICATION_SECRET';

const processes = new Set();
process.on('exit', () => processes.forEach(child => child.kill('SIGKILL')));

/** The real server in a process of its own. */
export class Server {
  #child;
  #log = '';
  #exited;
  #address;

  static key = KEY;

  /** Starts a server and waits until it listens. Port 0 takes a free one. */
  static async start(port = 0, environment = {}) {
    const server = new Server(port, environment);
    await within(60_000, 'the server listens', server.#listening(), () => server.log);
    return server;
  }

  constructor(port, environment) {
    // A node of a cluster has another port for the others. The line's end has to be there: text comes in pieces.
    this.#address = new RegExp(`Now listening on: (https?://127\\.0\\.0\\.1:(${port || '\\d+'}))\\s`);
    this.#child = spawn('dotnet', [assembly()], {
      env: {
        ...process.env,
        PORT: String(port),
        NOTIFY_HOST: '127.0.0.1',
        NOTIFY_STORE: 'memory',
        // Clients that are still there when a test ends are not waited for. Tests of the drain set their own.
        NOTIFY_DRAIN: '100ms',
        'Logging__LogLevel__Default': 'Warning',
        'Logging__LogLevel__Microsoft.Hosting.Lifetime': 'Information',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    processes.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', text => (this.#log += text));
    }
    this.#exited = new Promise(resolve => this.#child.once('close', (code, signal) => {
      processes.delete(this.#child);
      resolve(code ?? signal);
    }));
  }

  get log() {
    return this.#log;
  }

  get url() {
    return this.#address.exec(this.#log)[1];
  }

  get port() {
    return Number(this.#address.exec(this.#log)[2]);
  }

  /** What the process holds in memory, in bytes. */
  get memory() {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8'))[1]) * 1024;
  }

  /** What the process has used of the processors, in seconds. */
  get cpu() {
    const [, user, system] = /^.*\) \S(?: \S+){10} (\d+) (\d+)/.exec(readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8'));
    return (Number(user) + Number(system)) / 100;
  }

  /** Asks the process to leave. Returns its exit code and how long it took. Whatever it logged as a failure is one of the test. */
  async stop() {
    const began = performance.now();
    this.#child.kill('SIGTERM');
    const code = await within(60_000, 'the server exits', this.#exited, () => this.log);
    // A node that ends while it dials another one breaks off a handshake there, which is an error to Akka and to nobody else.
    const failures = (this.#log.match(/^\S+ (fail|crit): .*|Unhandled exception/gm) ?? [])
      .filter(entry => !entry.includes('TLS handshake failed on channel'));
    if (failures.length > 0) {
      throw new Error(`the server logged failures:\n${this.#log}`);
    }
    return { code, milliseconds: performance.now() - began };
  }

  /** Ends the process at once, as a crash would. */
  async kill() {
    this.#child.kill('SIGKILL');
    await within(60_000, 'the server is gone', this.#exited);
  }

  /** Stops the process where it is, until it is thawed. */
  freeze() {
    this.#child.kill('SIGSTOP');
  }

  /** Lets a frozen process go on. */
  thaw() {
    this.#child.kill('SIGCONT');
  }

  /** Sends a JSON body as a backend does. */
  sendJson(body) {
    return this.#send('application/json', JSON.stringify(body));
  }

  /** Sends a JSON body as a backend does, and says how it was answered. */
  async post(body) {
    const response = await fetch(`${this.url}/send`, { method: 'POST', headers: { 'notification_secret': SECRET, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    await response.text();
    return { status: response.status, retryAfter: response.headers.get('retry-after') };
  }

  /** Sends a form, given as it stands in the body. */
  sendForm(body) {
    return this.#send('application/x-www-form-urlencoded', body);
  }

  /** Asks the process to read its certificate again. */
  reload() {
    this.#child.kill('SIGHUP');
  }

  /** Waits until the log says something. */
  async logged(text) {
    while (!this.#log.includes(text)) {
      const said = [this.#child.stdout, this.#child.stderr].map(stream => new Promise(resolve => stream.once('data', resolve)));
      const ended = this.#exited.then(code => ({ code }));
      const happened = await within(60_000, `the log says ${text}`, Promise.race([...said, ended]), () => this.log);
      if (happened?.code !== undefined && !this.#log.includes(text)) {
        throw new Error(`the server ended with ${happened.code} and never said ${text}:\n${this.#log}`);
      }
    }
  }

  /** Sends a JSON body as a backend does, over HTTPS, and trusts the authorities given. */
  async sendSecurely(ca, body) {
    const status = await within(60_000, '/send answers', new Promise((resolve, reject) => {
      const sent = request(`${this.url}/send`, { method: 'POST', ca, agent: false, headers: { 'notification_secret': SECRET, 'content-type': 'application/json' } });
      sent.on('response', response => response.resume().on('end', () => resolve(response.statusCode)));
      sent.on('error', reject);
      sent.end(JSON.stringify(body));
    }));
    if (status !== 200) {
      throw new Error(`/send answered ${status}`);
    }
  }

  async #send(type, body) {
    const response = await fetch(`${this.url}/send`, { method: 'POST', headers: { 'notification_secret': SECRET, 'content-type': type }, body })
      .catch(error => {
        throw new Error(`/send was not answered: ${error.cause?.message ?? error.message}\n${this.log}`, { cause: error });
      });
    const text = await response.text();
    if (response.status !== 200 || text !== '"ok"') {
      throw new Error(`/send answered ${response.status} ${text}`);
    }
  }

  async #listening() {
    while (!this.#address.test(this.#log)) {
      const ended = await Promise.race([this.#exited, new Promise(resolve => this.#child.stdout.once('data', () => resolve(null)))]);
      if (ended !== null) {
        throw new Error(`the server ended with ${ended}:\n${this.#log}`);
      }
    }
  }
}

/** The program. */
export function assembly() {
  const built = ['Release', 'Debug'].map(configuration =>
    fileURLToPath(new URL(`../../../src/Notify.Server/bin/${configuration}/net10.0/Notify.Server.dll`, import.meta.url)));
  const path = process.env.NOTIFY_DLL ?? built.find(existsSync);
  if (!path || !existsSync(path)) {
    throw new Error(`Notify.Server.dll is not built: ${path ?? built.join(', ')}`);
  }
  return path;
}
