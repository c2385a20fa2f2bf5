import { createArrivals } from './arrivals.js';
import { base } from './base.js';
import { openEvents } from './events.js';
import { openPlain } from './plain.js';
import { createPreview } from './preview.js';
import { createRate } from './rate.js';
import { check, claim, send } from './send.js';
import { createSnippets } from './snippets.js';
import { openSocketIo } from './socketio.js';

const wrongKey = 'the key is wrong';
const byId = id => document.getElementById(id);
const transports = {
  socketio: { title: 'Socket.IO', open: openSocketIo },
  plain: { title: 'WebSocket', open: openPlain },
  events: { title: 'server-sent events', open: openEvents },
};
const reasons = { forbidden: 'the token does not grant it, or it belongs to another connection', unauthorized: 'it needs a token', bad_channel: 'its name is longer than 200 bytes', limit: 'this connection has too many channels', unavailable: 'it cannot be reached; try again in a moment' };

// The channels of this page by name; a channel has a position once the server has answered the join.
const channels = new Map();
let connection;

const rate = createRate(byId('rate'), { now: byId('rate-now'), peak: byId('rate-peak'), total: byId('rate-total') });
const preview = createPreview({ bell: byId('bell'), card: byId('card') });
const arrivals = createArrivals({ list: byId('list'), nothing: byId('nothing'), kept: byId('kept'), pause: byId('pause'), clear: byId('clear'), filter: byId('filter') }, () => {
  rate.draw();
  preview.draw();
  channels.forEach(showPosition);
});
const snippets = createSnippets({
  receiver: { choices: byId('receivers'), code: byId('receiver'), how: byId('receiver-how'), copy: byId('copy-receiver') },
  sender: { choices: byId('senders'), code: byId('sender'), how: byId('sender-how'), copy: byId('copy-sender') },
  values: () => ({
    origin: base.origin, prefix: base.pathname.slice(0, -1), key: byId('key').value, channel: byId('send-channel').value,
    secret: byId('with-secret').checked ? byId('secret').value : undefined, missed: byId('with-missed').checked,
  }),
});

function showState(kind, title, detail, own) {
  const texts = {
    idle: 'Not connected',
    connecting: `Connecting by ${title}`,
    connected: `Connected by ${title}`,
    waiting: 'A stream opens with its first channel',
    reconnecting: `Reconnecting: ${detail}`,
    refused: `Refused: ${detail}`,
    closed: `Closed: ${detail}`,
  };
  byId('state').dataset.state = kind;
  byId('state-text').textContent = texts[kind];
  const isOff = kind === 'idle' || kind === 'refused' || kind === 'closed';
  byId('connect-button').hidden = !isOff;
  byId('disconnect-button').hidden = isOff;
  byId('own').hidden = !own;
  byId('own').replaceChildren('To reach only this page, send to its own channel: ', Object.assign(document.createElement('code'), { textContent: own }));
  showKeyProblem(kind === 'refused' && detail === wrongKey ? 'The server refused this key. It is the NOTIFICATION_KEY of the server.' : '');
  if (kind !== 'connected') {
    for (const channel of channels.values()) {
      channel.isJoined = false;
      showPosition(channel);
    }
  }
}

function showKeyProblem(problem) {
  byId('key-problem').textContent = problem;
  byId('key').setAttribute('aria-invalid', String(problem !== ''));
  if (problem) {
    byId('key').focus();
    showNextStep();
  }
}

// One button is the next step: Join until a channel is joined, then Send.
function showNextStep() {
  const isJoined = [...channels.values()].some(channel => channel.isJoined);
  byId('join-button').classList.toggle('primary', !isJoined);
  byId('send-button').classList.toggle('primary', isJoined);
  const isRefused = byId('key-problem').textContent !== '';
  if (isJoined || isRefused) {
    byId('next').textContent = isRefused ? 'Type the key of the server first, then press Join.'
      : 'Joined. Press Send, or send from your backend: the notification appears here.';
  }
}

function connect() {
  if (byId('key').value === '') {
    showKeyProblem('Type the key first: the NOTIFICATION_KEY of the server.');
    return;
  }

  connection?.close();
  const { title, open } = transports[new FormData(byId('connect')).get('transport')];

  // A connection that was replaced is ignored.
  const isCurrent = () => current === connection;
  const guarded = act => (...details) => queueMicrotask(() => isCurrent() && act(...details));
  showIdentity();
  const current = open(byId('key').value, byId('token').value.trim(), {
    identity: guarded(showIdentity),
    state: guarded((kind, detail, own) => showState(kind, title, detail, own)),
    joined: guarded(onJoined),
    refused: guarded(onRefused),
    notification: guarded(onNotification),
  });
  connection = current;
  channels.forEach((channel, name) => connection.join(name, channel.position));
}

// Who this page is to the server: a user, the bearer of a channel token, or nobody.
function showIdentity({ user, expiresInMs, problem } = {}) {
  byId('identity').classList.toggle('bad', problem !== undefined);
  byId('identity').textContent = problem ?? (expiresInMs === undefined ? ''
    : `${user === null ? 'Channel token' : `User ${user}`}, valid for ${Math.round(expiresInMs / 1000)} s`);
}

function disconnect() {
  connection?.close();
  connection = undefined;
  showState('idle');
}

function onJoined(name, { epoch, offset }) {
  const channel = channels.get(name);
  if (channel) {
    channel.position = { epoch, offset };
    channel.isJoined = true;
    showPosition(channel);
  }
}

function onRefused(name, reason) {
  byId('join-problem').textContent = `${name || '(empty name)'} is not joined: ${reasons[reason] ?? reason}`;
  remove(name);
}

function onNotification(arrival) {
  const began = claim(arrival.channel, arrival.data);
  const channel = channels.get(arrival.channel);
  if (channel) {
    channel.position = { epoch: arrival.epoch, offset: arrival.offset };
  }

  rate.add();
  const entry = {
    ...arrival,
    time: new Date(),
    sinceSend: began === undefined ? undefined : performance.now() - began,
    byClocks: arrival.at === undefined ? undefined : Date.now() - Date.parse(arrival.at),
  };
  preview.add(entry);
  arrivals.add(entry);
}

function showPosition({ text, position, isJoined }) {
  const shown = !isJoined || !position ? 'not joined' : position.offset === 0 ? 'joined, nothing sent yet' : `joined, newest is #${position.offset}`;
  if (text.textContent !== shown) {
    text.textContent = shown;
    text.title = isJoined && position ? `Offset ${position.offset} in epoch ${position.epoch}` : '';
    showNextStep();
  }
}

function join(name) {
  byId('join-problem').textContent = '';
  if (!channels.has(name)) {
    const item = document.createElement('li');
    const title = Object.assign(document.createElement('b'), { className: 'name', textContent: name || '(empty name)' });
    const text = Object.assign(document.createElement('span'), { className: 'position' });
    const leave = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Leave' });
    leave.setAttribute('aria-label', `Leave ${name}`);
    leave.addEventListener('click', () => {
      connection?.leave(name);
      remove(name);
      byId('channel').focus();
    });
    item.append(title, text, leave);
    byId('joined').append(item);
    channels.set(name, { item, text, isJoined: false });
    showPosition(channels.get(name));
  }

  byId('send-channel').value = name;
  snippets.show();
  if (!connection || ['refused', 'closed'].includes(byId('state').dataset.state)) {
    connect();
  } else if (!channels.get(name).isJoined) {
    connection.join(name);
  }
}

function remove(name) {
  channels.get(name)?.item.remove();
  channels.delete(name);
  showNextStep();
}

function validate() {
  const problem = check(byId('notification').value);
  byId('validity').textContent = problem || 'Valid JSON';
  byId('validity').classList.toggle('bad', problem !== '');
  byId('notification').setAttribute('aria-invalid', String(problem !== ''));
  return problem === '';
}

async function onSend(event) {
  event.preventDefault();
  if (!validate()) {
    byId('notification').focus();
    return;
  }

  const { isSent, text } = await send(byId('send-channel').value, byId('notification').value, byId('secret').value);
  byId('answer').textContent = text;
  byId('answer').classList.toggle('bad', !isSent);
}

byId('key').addEventListener('input', () => showKeyProblem(''));
byId('connect').addEventListener('submit', event => {
  event.preventDefault();
  connect();
});
byId('connect').addEventListener('change', event => {
  if (event.target.name !== 'transport') {
    return;
  }

  snippets.follow(event.target.value);
  if (connection) {
    connect();
  }
});
byId('disconnect-button').addEventListener('click', () => {
  disconnect();
  byId('connect-button').focus();
});
byId('join').addEventListener('submit', event => {
  event.preventDefault();
  join(byId('channel').value);
});
byId('send').addEventListener('submit', onSend);
byId('notification').addEventListener('input', validate);
byId('notification').addEventListener('keydown', event => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    byId('send').requestSubmit();
  }
});
for (const id of ['key', 'send-channel', 'secret', 'with-secret', 'with-missed']) {
  byId(id).addEventListener('input', snippets.show);
}

snippets.follow(new FormData(byId('connect')).get('transport'));
byId('key').value = new URLSearchParams(location.search).get('key') ?? byId('key').value;
validate();
snippets.show();
