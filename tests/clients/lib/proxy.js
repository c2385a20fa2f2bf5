import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastingPort } from './ports.js';
import { within } from './within.js';

const running = new Set();
process.on('exit', () => running.forEach(child => child.kill('SIGKILL')));

const nginx = {
  program: 'nginx',
  arguments: (folder, file) => ['-p', folder, '-c', file, '-g', `daemon off; pid ${folder}/nginx.pid; error_log stderr;`],
};
const programs = {
  nginx: { ...nginx, sample: 'nginx.conf' },
  haproxy: { program: 'haproxy', sample: 'haproxy.cfg', arguments: (folder, file) => ['-db', '-f', file] },
  'nginx for one node': { ...nginx, sample: 'nginx-one.conf' },
};

/** The names of the proxies that config/ configures for three nodes. */
export const proxies = ['nginx', 'haproxy'];

/** Runs a proxy with its file of config/, in which only the addresses are replaced. It stops with the test. */
export class Proxy {
  #log = '';

  static async start(t, name, ports) {
    const proxy = new Proxy();
    const { program, sample, arguments: words } = programs[name];
    const port = await lastingPort();
    const folder = mkdtempSync(join(tmpdir(), `notify-${program}-`));
    const file = join(folder, sample);
    const text = readFileSync(new URL(`../../../config/${sample}`, import.meta.url), 'utf8')
      .replace(/notify-(\d):3000/g, (_, n) => `127.0.0.1:${ports[n - 1]}`)
      .replace('127.0.0.1:3000', `127.0.0.1:${ports[0]}`)
      .replace(/(listen |bind :)8080/, (_, word) => `${word.replace(':', '')}127.0.0.1:${port}`);
    writeFileSync(file, text);
    const child = spawn(program, words(folder, file), { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let isOver = false;
    const exited = new Promise(resolve => child.once('close', () => {
      running.delete(child);
      isOver = true;
      resolve();
    }));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', text => (proxy.#log += text));
    }
    t.after(async () => {
      child.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    });
    proxy.url = `http://127.0.0.1:${port}`;
    await within(60_000, `${name} answers`, proxy.#ready(() => isOver), () => proxy.log);
    return proxy;
  }

  get log() {
    return this.#log;
  }

  async #ready(isOver) {
    while (!isOver()) {
      try {
        const answer = await fetch(`${this.url}/health/ready`);
        await answer.text();
        if (answer.status === 200) {
          return;
        }
      } catch {
        // It does not listen yet.
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`the proxy ended:\n${this.log}`);
  }
}
