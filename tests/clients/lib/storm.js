import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { Server } from './server.js';

const SECRET = 'NOTIFICATION_SECRET';

/** What a client of either kind knows: how far it is, and whatever came that did not follow. */
class StormClient {
  gaps = 0;
  doubles = 0;
  recoveries = 0;
  refusals = 0;
  attempts = 0;

  constructor(url, channels) {
    this.address = url.replace('http', 'ws');
    this.channels = channels;
    this.offsets = new Map(channels.map(channel => [channel, 0]));
  }

  /** Connects, and tries again until it is connected, a little later each time. */
  async connect() {
    for (let wait = 100; ; wait = Math.min(2 * wait, 2000)) {
      this.attempts++;
      try {
        return await this.open();
      } catch {
        await delay(wait / 2 + Math.random() * wait);
      }
    }
  }

  /** The connection breaks; nothing that still comes counts. */
  drop() {
    this.socket.removeAllListeners('message');
    this.socket.terminate();
  }

  dial(path) {
    const socket = new WebSocket(this.address + path, { perMessageDeflate: false });
    this.socket = socket;
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', code => reject(new Error(`closed ${code}`)));
      socket.on('message', data => this.take(data.toString(), resolve));
    });
  }

  told(channel, offset) {
    const expected = this.offsets.get(channel) + 1;
    if (offset > expected) {
      this.gaps += offset - expected;
    } else if (offset < expected) {
      this.doubles++;
      return;
    }
    this.offsets.set(channel, offset);
  }

  recovered(yes) {
    this[yes ? 'recoveries' : 'refusals']++;
  }
}

/** Speaks as stock Socket.IO clients of 4.6 and later do. */
export class SocketIoClient extends StormClient {
  async open() {
    await this.dial(`/socket.io/?EIO=4&transport=websocket&recovery=1&notificationKey=${Server.key}`);
  }

  take(text, resolve) {
    if (text === '2') {
      this.socket.send('3');
    } else if (text[0] === '0') {
      this.socket.send(`40${this.pid ? JSON.stringify({ pid: this.pid, offset: this.last }) : ''}`);
    } else if (text.startsWith('40')) {
      const { pid } = JSON.parse(text.slice(2));
      const recovered = this.pid === pid;
      if (this.pid) {
        this.recovered(recovered);
      }
      this.pid = pid;
      if (recovered) {
        resolve();
      } else {
        this.socket.send(`421${JSON.stringify(['join', this.channels])}`);
      }
    } else if (text.startsWith('431')) {
      JSON.parse(text.slice(3))[0].forEach((joined, index) => this.offsets.set(this.channels[index], joined.offset));
      resolve();
    } else if (text.startsWith('42')) {
      const given = JSON.parse(text.slice(2));
      this.last = given.at(-1);
      if (given[0] === 'NEW_NOTIFICATION') {
        const [, , offset, ...channel] = this.last.split(':');
        this.told(channel.join(':'), Number(offset));
      }
    }
  }
}

/** A plain WebSocket that keeps its positions. */
export class PlainStormClient extends StormClient {
  #joined;
  #positions = new Map();

  async open() {
    this.#joined = 0;
    await this.dial(`/ws?key=${Server.key}`);
  }

  take(text, resolve) {
    const message = JSON.parse(text);
    if (message.type === 'welcome') {
      for (const channel of this.channels) {
        this.socket.send(JSON.stringify({ type: 'join', channel, since: this.#positions.get(channel) }));
      }
    } else if (message.type === 'joined') {
      if (this.#positions.has(message.channel)) {
        this.recovered(message.recovered);
      }
      if (!message.recovered) {
        this.offsets.set(message.channel, message.offset);
      }
      this.#positions.set(message.channel, { epoch: message.epoch, offset: message.offset });
      if (++this.#joined === this.channels.length) {
        resolve();
      }
    } else if (message.type === 'notification') {
      this.told(message.channel, message.offset);
      this.#positions.set(message.channel, { epoch: message.epoch, offset: message.offset });
    }
  }
}

/** Sends so many a second, evenly over channels; one that is not accepted fails the storm. */
class Publisher {
  #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  #sent = [];

  constructor(url, channels) {
    this.url = url;
    this.channels = channels;
    this.counts = new Map(channels.map(channel => [channel, 0]));
  }

  async run(rate, seconds) {
    const began = performance.now();
    const total = Math.round(rate * seconds);
    for (let n = 0; n < total; n++) {
      const due = began + n * 1000 / rate;
      if (due > performance.now()) {
        await delay(due - performance.now());
      }
      this.#sent.push(this.#send(this.channels[n % this.channels.length], n));
    }
    await Promise.all(this.#sent.splice(0));
  }

  close() {
    this.#agent.destroy();
  }

  async #send(channel, n) {
    const body = JSON.stringify({ channel, notification: { n, text: 'x'.repeat(100) } });
    const status = await new Promise((resolve, reject) => {
      const headers = { 'notification_secret': SECRET, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      request(`${this.url}/send`, { method: 'POST', agent: this.#agent, headers }, response => response.resume().on('end', () => resolve(response.statusCode)))
        .on('error', reject)
        .end(body);
    });
    if (status !== 200) {
      throw new Error(`/send answered ${status}`);
    }
    this.counts.set(channel, this.counts.get(channel) + 1);
  }
}

/**
 * All clients lose their connection at once and come back, while a backend sends to their channels; and once more while it sends as
 * long as they are away. Returns what each part was like; gaps and doubles count notifications.
 */
export async function storm(url, Kind, { clients, channels, joins, rate, seconds, awayRate, awaySeconds }) {
  const names = Array.from({ length: channels }, (_, n) => `storm ${process.pid} ${Kind.name} ${n}`);
  const all = Array.from({ length: clients }, (_, n) => new Kind(url, Array.from({ length: joins }, (_, join) => names[(n + join * 7) % channels])));
  const publisher = new Publisher(url, names);
  try {
    // A few at a time, as pages come; it is the return that is the storm.
    for (let n = 0; n < all.length; n += 100) {
      await Promise.all(all.slice(n, n + 100).map(client => client.connect()));
    }

    const during = await part(all, publisher, async () => {
      const sending = publisher.run(rate, seconds);
      await delay(seconds * 300);
      all.forEach(client => client.drop());
      const times = await comeBack(all, 500);
      await sending;
      return times;
    });
    const after = await part(all, publisher, async () => {
      all.forEach(client => client.drop());
      await publisher.run(awayRate * channels, awaySeconds);
      return comeBack(all, 500);
    });
    return { during, after };
  } finally {
    publisher.close();
    all.forEach(client => client.drop());
  }
}

async function comeBack(all, spread) {
  const began = performance.now();
  return Promise.all(all.map(async client => {
    await delay(Math.random() * spread);
    await client.connect();
    return performance.now() - began;
  }));
}

async function part(all, publisher, run) {
  const before = [...publisher.counts.values()].reduce((sum, count) => sum + count, 0);
  all.forEach(client => Object.assign(client, { gaps: 0, doubles: 0, recoveries: 0, refusals: 0, attempts: 0 }));
  const times = (await run()).sort((a, b) => a - b);
  const complete = client => client.channels.every(channel => client.offsets.get(channel) >= publisher.counts.get(channel));
  const settled = async () => {
    for (const began = performance.now(); !all.every(complete) && performance.now() - began < 60_000;) {
      await delay(20);
    }
  };
  const began = performance.now();
  await settled();
  const caughtUp = performance.now() - began;

  // One more for each channel: whatever comes twice comes before it.
  await publisher.run(1000, publisher.channels.length / 1000);
  await settled();
  const sum = name => all.reduce((total, client) => total + client[name], 0);
  return {
    sent: [...publisher.counts.values()].reduce((total, count) => total + count, 0) - before,
    recoveries: sum('recoveries'),
    refusals: sum('refusals'),
    attempts: sum('attempts'),
    incomplete: all.filter(client => !complete(client)).length,
    gaps: sum('gaps'),
    doubles: sum('doubles'),
    backMedianMs: Math.round(times[times.length >> 1]),
    backLastMs: Math.round(times.at(-1)),
    caughtUpMs: Math.round(caughtUp),
  };
}
