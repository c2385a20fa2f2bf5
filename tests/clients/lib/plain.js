import WebSocket from 'ws';
import { Inbox } from './inbox.js';
import { Server } from './server.js';

/** A plain WebSocket as a page uses it: what it was told, parsed, and how it was closed. */
export class PlainClient {
  messages = new Inbox();

  /** Opens a client and waits until it is welcome; it is closed with the test. */
  static async open(t, server, options) {
    const client = new PlainClient(server.url, options);
    t.after(() => client.socket.terminate());
    await client.messages.count(1);
    return client;
  }

  constructor(url, { key = Server.key, ...options } = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws?key=${key}`, options);
    this.closed = new Promise(resolve => this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    this.socket.on('error', () => {});
    this.socket.on('message', (data, isBinary) => this.messages.push(isBinary ? data : JSON.parse(data.toString())));
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** Joins a channel and waits until it is joined; nothing else may be told meanwhile. */
  async join(channel) {
    const count = this.messages.items.length + 1;
    this.send({ type: 'join', channel });
    return (await this.messages.count(count)).at(-1);
  }

  /** The data of the notifications that came. */
  get data() {
    return this.messages.items.filter(message => message.type === 'notification').map(message => message.data);
  }
}
