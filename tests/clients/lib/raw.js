import { request } from 'node:http';
import WebSocket from 'ws';
import { Inbox } from './inbox.js';
import { Server } from './server.js';

const QUERY = `/socket.io/?EIO=4&notificationKey=${Server.key}`;

/** An Engine.IO 4 WebSocket, spoken by hand, in the default namespace. */
export class RawSocket {
  packets = new Inbox();

  static async open(t, server) {
    const raw = new RawSocket(server);
    t.after(() => raw.socket.terminate());
    await raw.packets.count(1);
    raw.socket.send('40');
    await raw.packets.count(2);
    return raw;
  }

  constructor(server) {
    this.socket = new WebSocket(`${server.url.replace('http', 'ws')}${QUERY}&transport=websocket`);
    this.closed = new Promise(resolve => this.socket.once('close', resolve));
    this.socket.on('error', () => {});
    this.socket.on('message', data => this.packets.push(data.toString()));
  }

  async join(channel) {
    const count = this.packets.items.length;
    this.socket.send(`420${JSON.stringify(['join', channel])}`);
    await this.packets.count(count + 1);
  }
}

/** An Engine.IO 4 session over polling, spoken by hand. */
export class RawPolling {
  static async open(server) {
    const { text } = await new RawPolling(server).get().answer;
    const raw = new RawPolling(server, JSON.parse(text.slice(1)).sid);
    await raw.post('40').answer;
    await raw.get().answer;
    return raw;
  }

  constructor(server, sid) {
    this.server = server;
    this.path = `${QUERY}&transport=polling${sid ? `&sid=${sid}` : ''}`;
  }

  get() {
    return this.send({ method: 'GET' });
  }

  post(text) {
    return this.send({ method: 'POST', headers: { 'content-type': 'text/plain;charset=UTF-8', 'content-length': Buffer.byteLength(text) } }, text);
  }

  /** Sends a request on a connection of its own; `length` in the headers may promise more than is sent. */
  send(options, text) {
    const sent = request(this.server.url + this.path, { agent: false, ...options });
    const answer = new Promise((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', async response => {
        try {
          resolve({ status: response.statusCode, text: (await response.toArray()).join('') });
        } catch (error) {
          reject(error);
        }
      });
    });
    answer.catch(() => {});
    const length = Number(options.headers?.['content-length'] ?? 0);
    sent.flushHeaders();
    if (text) {
      sent.write(text);
    }
    if (length <= Buffer.byteLength(text ?? '')) {
      sent.end();
    }
    return { answer, request: sent };
  }
}
