import { Client, generations } from './client.js';
import { EventStream } from './events.js';
import { Inbox } from './inbox.js';
import { PlainClient } from './plain.js';
import { Server } from './server.js';

/** A stock client that shows a token where its version carries it best; it is closed with the test. */
export function stock(t, server, generation, token, options = {}) {
  const client = new Client(server.url, { generation, transport: 'websocket' }, {
    ...generation.major >= 3
      ? { auth: token ? { token } : {} }
      : { query: `notificationKey=${Server.key}${token ? `&token=${token}` : ''}` },
    ...options,
  });
  client.refusals = new Inbox();
  client.socket.on('connect_error', error => error?.data && client.refusals.push(error.data));
  client.socket.on('error', error => error?.code && client.refusals.push(error));
  for (const event of ['REFUSED', 'LEFT', 'TOKEN_EXPIRING', 'TOKEN_EXPIRED']) {
    client[event] = new Inbox();
    client.socket.on(event, (...given) => client[event].push(given));
  }
  t.after(() => client.socket.close());
  return client;
}

/** A plain WebSocket that shows a token, and does not wait to be welcome; it is closed with the test. */
export function plain(t, server, token) {
  const client = new PlainClient(server.url, { key: `${Server.key}${token ? `&token=${token}` : ''}` });
  t.after(() => client.socket.terminate());
  return client;
}

const socketIo = generation => ({
  async open(t, server, token, channel) {
    const client = stock(t, server, generation, token);
    await client.connects.count(1);
    await client.join(channel);
    return {
      heard: client.notifications,
      ended: new Promise(resolve => client.socket.once('disconnect', how => resolve({
        at: performance.now(), code: client.REFUSED.items[0]?.[0].error, how,
      }))),
    };
  },
  async refusal(t, server, token) {
    return (await stock(t, server, generation, token).refusals.count(1, 60_000))[0].code;
  },
  ending: 'io server disconnect',
});

/** The ways to connect: how each opens with a joined channel, how it is refused, and how it ends when the server ends it. */
export const ways = {
  [generations[3].name]: socketIo(generations[3]),
  [generations[1].name]: socketIo(generations[1]),
  'JSON WebSocket': {
    async open(t, server, token, channel) {
      const client = plain(t, server, token);
      await client.messages.count(1);
      await client.join(channel);
      const heard = new Inbox();
      client.socket.on('message', text => {
        const message = JSON.parse(text.toString());
        if (message.type === 'notification') {
          heard.push(message.data);
        }
      });
      return {
        heard,
        ended: client.closed.then(({ code }) => ({ at: performance.now(), code: client.messages.items.at(-1)?.code, how: code })),
      };
    },
    async refusal(t, server, token) {
      return (await plain(t, server, token).messages.count(1, 60_000))[0].code;
    },
    ending: 4502,
  },
  'event stream': {
    async open(t, server, token, channel) {
      const stream = new EventStream();
      t.after(() => stream.close());
      await stream.connect(server.url, [channel], undefined, token);
      await stream.events.count(1);
      const heard = new Inbox();
      const { push } = stream.events;
      stream.events.push = event => {
        push.call(stream.events, event);
        if (event.type === 'NEW_NOTIFICATION') {
          heard.push(event.data.data);
        }
      };
      return {
        heard,
        ended: stream.ended.then(how => ({ at: performance.now(), code: stream.events.items.at(-1)?.data.code, how })),
      };
    },
    async refusal(t, server, token) {
      const query = new URLSearchParams({ key: Server.key, token, channel: 'any' });
      const response = await fetch(`${server.url}/events?${query}`, { signal: AbortSignal.timeout(60_000) });
      return (await response.json()).code;
    },
    ending: 'ended',
  },
};
