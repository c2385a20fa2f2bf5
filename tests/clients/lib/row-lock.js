import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { program } from './postgres.js';
import { within } from './within.js';

/** A session of PostgreSQL beside those of the server, which can hold the row of a channel. It ends with the test. */
export class RowLock {
  #child;
  #lines;
  #errors = '';

  constructor(t, postgres) {
    this.#child = spawn(program('psql'), ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', String(postgres.port), '-U', 'postgres'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr.setEncoding('utf8').on('data', text => (this.#errors += text));
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
    t.after(() => this.#child.kill('SIGKILL'));
  }

  /** Runs statements, and returns the rows of their results. */
  async query(sql) {
    this.#child.stdin.write(`${sql};\n\\echo end\n`);
    const rows = [];
    for (;;) {
      const { value, done } = await within(60_000, `PostgreSQL answers ${sql}`, this.#lines.next(), () => this.#errors);
      if (done) {
        throw new Error(`psql ended: ${this.#errors}`);
      }
      if (value === 'end') {
        return rows;
      }
      rows.push(value);
    }
  }

  /** Locks the row of a channel until it is released. */
  hold(channel) {
    return this.query(`BEGIN; SELECT 1 FROM notify.channel WHERE name = '${channel}' FOR UPDATE`);
  }

  release() {
    return this.query('ROLLBACK');
  }
}
