import { setTimeout as delay } from 'node:timers/promises';
import { Client } from './client.js';
import { EventStream } from './events.js';
import { Inbox } from './inbox.js';
import { PlainClient } from './plain.js';

/** A page that knows how far it is in one channel, comes back when its connection ends, and asks for what it missed. */
class Page {
  told = new Inbox();
  complaints = [];
  joins = new Inbox();
  at = null;
  isOver = false;

  constructor(url, channel) {
    Object.assign(this, { url, channel });
  }

  joined({ epoch, offset, recovered }) {
    if (this.at && !(recovered && epoch === this.at.epoch && offset === this.at.offset)) {
      this.complaints.push(`joined ${recovered} at ${epoch}/${offset} instead of ${this.at.epoch}/${this.at.offset}`);
    }
    this.at = { epoch, offset };
    this.joins.push(this.at);
  }

  hear({ epoch, offset }, notification) {
    if (epoch !== this.at.epoch || offset !== this.at.offset + 1) {
      this.complaints.push(`${epoch}/${offset} follows ${this.at.epoch}/${this.at.offset}`);
    }
    this.at = { epoch, offset };
    this.told.push(notification);
  }
}

/** A stock Socket.IO client. */
export class SocketPage extends Page {
  constructor(url, channel, kind) {
    super(url, channel);
    this.name = `${kind.generation.name} over ${kind.transport}`;
    this.client = new Client(url, kind);
    this.client.socket.on('connect', () => this.#join());
    this.client.socket.on('NEW_NOTIFICATION', (notification, at) => this.hear(at, notification));
  }

  close() {
    this.isOver = true;
    this.client.socket.close();
  }

  #join() {
    const { socket } = this.client;
    const { id } = socket;
    socket.emit('join', this.channel, { since: this.at ?? 'earliest' }, answer => {
      if (answer.error !== undefined && !this.isOver && socket.id === id) {
        // A join of a connection that has ended meanwhile would be sent by the next one, beside its own.
        setTimeout(() => socket.id === id && this.#join(), 500);
      } else if (answer.error === undefined) {
        this.joined(answer);
      }
    });
  }
}

/** A plain WebSocket. */
export class PlainPage extends Page {
  name = 'plain WebSocket';

  constructor(url, channel) {
    super(url, channel);
    this.#listen();
  }

  close() {
    this.isOver = true;
    this.client.socket.terminate();
  }

  async #listen() {
    while (!this.isOver) {
      this.client = new PlainClient(this.url);
      this.client.messages = { push: message => this.#take(message) };
      this.client.socket.once('open', () => this.client.send({ type: 'join', channel: this.channel, since: this.at ?? 'earliest' }));
      await this.client.closed;
      await delay(100);
    }
  }

  #take(message) {
    if (message.type === 'joined') {
      this.joined(message);
    } else if (message.type === 'notification') {
      this.hear(message, message.data);
    }
  }
}

/** An event stream. */
export class EventPage extends Page {
  name = 'event stream';

  constructor(url, channel) {
    super(url, channel);
    this.#listen();
  }

  close() {
    this.isOver = true;
    this.stream.close();
  }

  async #listen() {
    for (let last = ''; !this.isOver; await delay(100)) {
      this.stream = new EventStream();
      this.stream.events = { push: event => this.#take(event) };
      try {
        await this.stream.connect(this.url, [this.channel], last);
      } catch {
        // The proxy has no node for it yet.
        continue;
      }
      await this.stream.ended;
      last = this.stream.lastEventId || last;
    }
  }

  #take({ type, data }) {
    if (type === 'joined') {
      this.joined(data);
    } else {
      this.hear(data, data.data);
    }
  }
}
