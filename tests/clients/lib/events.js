import { Inbox } from './inbox.js';
import { Server } from './server.js';

/** An event stream, read as the HTML standard says (section 9.2.6); one connection, without coming back by itself. */
export class EventStream {
  #abort = new AbortController();

  events = new Inbox();
  lastEventId = '';
  retry = null;

  /** Opens a stream of channels and waits until all are joined; it is closed with the test. */
  static async open(t, server, channels, lastEventId) {
    const stream = new EventStream();
    t.after(() => stream.close());
    await stream.connect(server.url, channels, lastEventId);
    await stream.events.count(channels.length);
    return stream;
  }

  async connect(url, channels, lastEventId, token, more = {}) {
    const query = new URLSearchParams([['key', Server.key], ...token ? [['token', token]] : [], ...channels.map(channel => ['channel', channel]), ...Object.entries(more)]);
    const response = await fetch(`${url}/events?${query}`, { signal: this.#abort.signal, headers: lastEventId ? { 'Last-Event-ID': lastEventId } : {} });
    if (response.status !== 200) {
      throw new Error(`/events answered ${response.status} ${await response.text()}`);
    }

    // Whether the server ended the stream, or the connection broke.
    this.ended = this.#read(response.body).then(() => 'ended', () => 'cut');
  }

  close() {
    this.#abort.abort();
  }

  async #read(body) {
    let rest = '';
    let event = {};
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (line === '') {
          this.lastEventId = event.id ?? this.lastEventId;
          if (event.data !== undefined) {
            this.events.push({ type: event.event ?? 'message', id: this.lastEventId, data: JSON.parse(event.data) });
          }
          event = {};
          continue;
        }
        const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (field === 'retry') {
          this.retry = Number(value);
        } else if (field === 'data' && event.data !== undefined) {
          event.data += `\n${value}`;
        } else {
          event[field] = value;
        }
      }
    }
  }
}
