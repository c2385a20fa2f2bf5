import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastingPort } from './ports.js';
import { within } from './within.js';

/** Debian's Prometheus, which scrapes servers every two seconds; it ends with the test. */
export class Prometheus {
  #log = '';

  /** Starts one that scrapes the ports, with the rules of a file. */
  static async start(t, ports, { rules, secret }) {
    const prometheus = new Prometheus();
    const folder = mkdtempSync(join(tmpdir(), 'notify-prometheus-'));
    prometheus.port = await lastingPort();
    writeFileSync(join(folder, 'secret'), secret);
    writeFileSync(join(folder, 'prometheus.yml'), `
global: { scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s }
rule_files: ["${rules}"]
scrape_configs:
  - job_name: notify
    authorization: { credentials_file: ${folder}/secret }
    static_configs: [{ targets: [${ports.map(port => `"127.0.0.1:${port}"`).join(', ')}] }]
`);
    const child = spawn('prometheus', [
      `--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${prometheus.port}`,
    ], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => (prometheus.#log += text));
    }
    const exited = new Promise(resolve => child.once('close', resolve));
    t.after(async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    });
    await prometheus.until('up == 1', ports.length);
    return prometheus;
  }

  /** Returns the series that answer an expression. */
  async query(expression) {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { status, data, error } = await response.json();
    if (status !== 'success') {
      throw new Error(`${expression}: ${error}`);
    }
    return data.result;
  }

  /** Waits until so many series answer an expression. */
  async until(expression, count = 1) {
    const met = async () => {
      while ((await this.query(expression).catch(() => [])).length < count) {
        await delay(100);
      }
    };
    await within(60_000, `${count} series for ${expression}`, met(), () => this.#log);
  }

  /** Returns the rules as Prometheus evaluated them. */
  async rules() {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1/rules`);
    return (await response.json()).data.groups.flatMap(group => group.rules);
  }
}
