import { api } from './operate-api.js';
import { createPart, facts, field, h, state, table } from './operate-dom.js';
import { count, dateTime, duration, since, size } from './operate-text.js';

const pageSize = 50;
const protocols = ['socketio3', 'socketio4', 'plain', 'events'];

export const connections = {
  name: 'connections',
  title: 'Connections',
  scope: 'admin',
  open: context => context.parameters.id === undefined ? list(context) : one(context),
};

export function connectionTable(found) {
  return table([
    { title: 'Connection', of: ({ connection }) => h('a', { href: `#/connections?${new URLSearchParams({ id: connection })}`, 'data-focus': connection }, connection) },
    { title: 'User', of: ({ user }) => user === null ? undefined : h('a', { href: `#/notifications?${new URLSearchParams({ user })}`, 'data-focus': `user ${user}` }, user) },
    { title: 'Protocol', of: ({ protocol, transport }) => `${protocol}, ${transport}` },
    { title: 'Node', of: ({ node }) => node },
    { title: 'Address', of: ({ address }) => address },
    { title: 'Open', of: ({ openedAt }) => since(openedAt), number: true },
    { title: 'Channels', of: ({ channels }) => count(channels), number: true },
    { title: 'Queued', of: ({ queued }) => size(queued), number: true },
    { title: 'Last write', of: ({ lastWriteAt }) => lastWriteAt === null ? undefined : `${since(lastWriteAt)} ago`, number: true },
  ], found, 'No such connection is open.');
}

function list({ view, parameters, silent, guard }) {
  const form = h('form', { class: 'filters', role: 'search' },
    field('user', 'User', { value: parameters.user }),
    field('channel', 'Channel', { value: parameters.channel }),
    field('address', 'Address', { value: parameters.address }),
    h('div', {}, h('label', { for: 'protocol' }, 'Protocol'), h('select', { id: 'protocol', name: 'protocol' },
      h('option', { value: '' }, 'all'),
      protocols.map(name => h('option', { value: name, selected: name === parameters.protocol }, name)))),
    h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'slow', checked: parameters.state === 'slow' }), ' only slow ones'),
    h('div', {}, h('button', { type: 'submit' }, 'Search')));
  const rows = h('div'), next = h('button', { type: 'button', hidden: true }, 'Next page'), first = h('button', { type: 'button', hidden: true }, 'First page');
  view.append(h('section', {}, h('h2', {}, 'Connections'), form, rows, h('div', { class: 'actions' }, first, next)));
  const draw = createPart(rows, connectionTable);
  let after, following = null;
  const filter = { ...parameters };
  const refresh = async () => {
    const page = await api.get('api/connections', { ...filter, after, limit: pageSize });
    silent(page.silent);
    following = page.next;
    next.hidden = following === null;
    first.hidden = after === undefined;
    draw(page.connections);
  };
  next.addEventListener('click', () => {
    after = following;
    guard(refresh);
  });
  first.addEventListener('click', () => {
    after = undefined;
    guard(refresh);
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    after = undefined;
    const { user, channel, address, protocol, slow } = form.elements;
    Object.assign(filter, {
      user: user.value, channel: channel.value, address: address.value, protocol: protocol.value, state: slow.checked ? 'slow' : '',
    });
    guard(refresh);
  });
  return { refresh };
}

function one({ view, parameters: { id }, silent, guard }) {
  const about = h('div'), joined = h('div'), trace = h('div'), answer = h('p', { class: 'answer', role: 'status' });
  const form = h('form', {},
    field('reason', 'Reason, which the client is told'),
    h('div', { class: 'actions' },
      h('button', { type: 'submit', class: 'danger', value: 'end' }, 'Disconnect'),
      h('button', { type: 'submit', value: 'reconnect' }, 'Ask to reconnect')),
    answer);
  view.append(
    h('section', {}, h('h2', {}, `Connection ${id}`), about, form),
    h('section', {}, h('h2', {}, 'Joined channels'), joined),
    h('section', {}, h('h2', {}, 'Events'), trace));
  const drawAbout = createPart(about, facts);
  const drawJoined = createPart(joined, list => table([
    { title: 'Channel', of: ({ channel }) => h('a', { href: `#/channels?${new URLSearchParams({ name: channel })}`, 'data-focus': channel }, channel) },
    { title: 'Given up to offset', of: ({ offset }) => offset === null ? undefined : count(offset), number: true },
    { title: 'Epoch', of: ({ epoch }) => epoch },
  ], list, 'None.'));
  // While the page is open, each question keeps the trace.
  let isTraced = false;
  const start = () => {
    isTraced = true;
    guard(refresh);
  };
  const drawTrace = createPart(trace, known => known === null
    ? h('div', { class: 'actions' },
      h('button', { type: 'button', onclick: start }, 'Trace'),
      h('span', { class: 'note' }, 'Nothing is remembered before. A trace ends ten minutes after this page is closed.'))
    : [
      h('p', { class: 'note' }, `Since ${dateTime(known.since)}, the newest first, at most 50.`),
      table([
        { title: 'Event', of: ({ event }) => event },
        { title: 'When', of: ({ at }) => dateTime(at) },
        { title: 'Channel', of: ({ channel }) => channel },
        { title: 'Why', of: ({ code }) => code },
        { title: 'Offset', of: ({ offset }) => offset === null ? undefined : count(offset), number: true },
        { title: 'Times', of: ({ count: times }) => count(times), number: true },
      ], known.events, 'Nothing has happened yet.'),
    ]);
  form.addEventListener('submit', event => {
    event.preventDefault();
    const isReconnect = event.submitter.value === 'reconnect', reason = form.elements.reason.value;
    guard(async () => {
      const { connections: ended } = await api.post('api/disconnect', {
        connection: id, ...isReconnect && { reconnect: true }, ...reason && { reason },
      });
      answer.textContent = ended === 1 ? 'The connection ends.' : 'It had ended before.';
    });
  });
  async function refresh() {
    const { connection: it, open, channels, trace: known, silent: missing } = await api.get('api/connection', { id, trace: isTraced ? 1 : undefined });
    silent(missing);
    drawAbout([
      ['State', state(open ? 'open' : 'ended', open ? 'good' : 'bad')],
      ['Node', it.node],
      ['Id of the client', it.socket],
      ['User', it.user],
      ['Session', it.session],
      ['Protocol', `${it.protocol}, ${it.transport}`],
      ['Address', it.address],
      ['Origin', it.origin],
      ['Opened', dateTime(it.openedAt)],
      ['Queued', size(it.queued)],
      ['Last write', it.lastWriteAt === null ? undefined : `${since(it.lastWriteAt)} ago`],
      ['Token lasts', it.expiresInMs === null ? undefined : duration(it.expiresInMs)],
    ]);
    drawJoined(channels);
    drawTrace(known && { since: known.since, events: known.events.toReversed() });
  }
  return { refresh };
}
