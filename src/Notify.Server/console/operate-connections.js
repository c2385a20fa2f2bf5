import { api } from './operate-api.js';
import { createPart, facts, field, h, table } from './operate-dom.js';
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
  const about = h('div'), joined = h('div'), answer = h('p', { class: 'answer', role: 'status' });
  const form = h('form', {},
    field('reason', 'Reason, which the client is told'),
    h('div', { class: 'actions' },
      h('button', { type: 'submit', class: 'danger', value: 'end' }, 'Disconnect'),
      h('button', { type: 'submit', value: 'reconnect' }, 'Ask to reconnect')),
    answer);
  view.append(
    h('section', {}, h('h2', {}, `Connection ${id}`), about, form),
    h('section', {}, h('h2', {}, 'Joined channels'), joined));
  const drawAbout = createPart(about, facts);
  const drawJoined = createPart(joined, names => names.length === 0
    ? h('p', { class: 'note' }, 'None.')
    : h('ul', { class: 'lines' }, names.map(name => h('li', {}, h('a', { href: `#/channels?${new URLSearchParams({ name })}`, 'data-focus': name }, name)))));
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
  return {
    async refresh() {
      const { connection: it, channels, silent: missing } = await api.get('api/connection', { id });
      silent(missing);
      drawAbout([
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
    },
  };
}
