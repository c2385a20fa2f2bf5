import assert from 'node:assert/strict';
import { within } from './within.js';

/** What a client was told, in the order in which it came. */
export class Inbox {
  #waiters = new Set();

  items = [];

  push(item) {
    this.items.push(item);
    this.#waiters.forEach(waiter => waiter());
  }

  /** Waits until so many have come; returns all that came. */
  async count(count, milliseconds = 60_000) {
    await this.#until(() => this.items.length >= count, `${count} items`, milliseconds);
    return this.items;
  }

  /** Waits until an item has come. */
  async has(item) {
    await this.#until(() => this.items.includes(item), `item ${JSON.stringify(item)}`, 60_000);
  }

  /**
   * Waits for what is expected, has 'end' sent, and asserts that nothing else came before it. Channels are not ordered among each
   * other, so 'end' may be sent to another channel only when the others have come.
   */
  async only(expected, sendEnd) {
    await this.count(expected.length);
    await sendEnd();
    await this.count(expected.length + 1);
    assert.deepEqual(this.items.map(item => [item].flat()[0]), [...expected, 'end']);
  }

  async #until(condition, what, milliseconds) {
    let waiter;
    const met = new Promise(resolve => {
      waiter = () => condition() && resolve();
      this.#waiters.add(waiter);
      waiter();
    });
    try {
      await within(milliseconds, what, met, () => `came: ${this.items.length}, last: ${JSON.stringify(this.items.slice(-5))?.slice(0, 500)}`);
    } finally {
      this.#waiters.delete(waiter);
    }
  }
}
