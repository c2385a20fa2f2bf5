import { api } from './operate-api.js';
import { createPart, facts, field, h, table } from './operate-dom.js';
import { count, dateTime } from './operate-text.js';

const pageSize = 50;

export const channels = {
  name: 'channels',
  title: 'Channels',
  scope: 'read',
  open: context => context.parameters.name === undefined ? list(context) : one(context),
};

function list({ view, parameters, guard }) {
  const form = h('form', { class: 'filters', role: 'search' },
    field('prefix', 'Name begins with', { value: parameters.prefix, placeholder: 'user:' }),
    h('div', {}, h('button', { type: 'submit' }, 'Search')));
  const rows = h('div'), more = h('button', { type: 'button', hidden: true }, 'More');
  view.append(h('section', {}, h('h2', {}, 'Channels'), form, rows, h('div', { class: 'actions' }, more)));
  const draw = createPart(rows, found => table([
    { title: 'Channel', of: ({ channel }) => h('a', { href: `#/channels?${new URLSearchParams({ name: channel })}`, 'data-focus': channel }, channel) },
    { title: 'Notifications so far', of: ({ offset }) => offset === null ? undefined : count(offset), number: true },
    { title: 'Subscribers', of: ({ subscribers }) => count(subscribers), number: true },
    { title: 'On nodes', of: ({ nodes }) => count(nodes), number: true },
  ], found, 'No channel with such a name has been used.'));
  let after = null, shown = [], prefix = parameters.prefix ?? '';
  const load = async () => {
    const page = await api.get('api/channels', { prefix, after, limit: pageSize });
    shown = [...shown, ...page.channels];
    after = page.next;
    more.hidden = after === null;
    draw(shown);
  };
  more.addEventListener('click', () => guard(load));
  form.addEventListener('submit', event => {
    event.preventDefault();
    [prefix, after, shown] = [form.elements.prefix.value, null, []];
    guard(load);
  });
  guard(load);
  return {};
}

function one({ view, parameters: { name }, may, guard }) {
  const about = h('div'), history = h('div'), answer = h('p', { class: 'answer', role: 'status' });
  const send = h('form', {},
    h('label', { for: 'json' }, 'Send a notification to this channel, any JSON'),
    h('textarea', { id: 'json', rows: '3', spellcheck: 'false' }, '{ "title": "Hello" }'),
    h('div', { class: 'actions' }, h('button', { type: 'submit' }, 'Send')), answer);
  view.append(
    h('section', {}, h('h2', {}, name), about, h('p', { class: 'actions' },
      may('admin') && h('a', { href: `#/connections?${new URLSearchParams({ channel: name })}` }, 'Its connections'),
      h('a', { href: `#/notifications?${new URLSearchParams({ channel: name })}` }, 'What became of its notifications'),
      name.startsWith('user:') && h('a', { href: `#/inbox?${new URLSearchParams({ user: name.slice('user:'.length) })}` }, 'What the user has read'),
      h('a', { href: `#/tail?${new URLSearchParams({ channel: name })}` }, 'Watch it'))),
    may('send') ? h('section', {}, send) : '',
    h('section', {}, h('h2', {}, 'Newest notifications'), history));
  const drawAbout = createPart(about, facts);
  const drawHistory = createPart(history, items => items.length === 0
    ? h('p', { class: 'note' }, 'The history is empty.')
    : h('ol', { class: 'events' }, items.map(({ offset, id, at: sent, data }) => h('li', {},
      h('div', { class: 'about' }, `#${offset}`, h('a', { href: `#/notifications?${new URLSearchParams({ id })}`, 'data-focus': id }, id), h('time', {}, dateTime(sent))),
      h('pre', {}, JSON.stringify(data))))));
  send.addEventListener('submit', event => {
    event.preventDefault();
    guard(async () => {
      const { results: [{ offset }] } = await api.post('api/notifications', { channel: name, notification: JSON.parse(send.elements.json.value) });
      answer.textContent = offset === null ? 'Sent.' : `Sent, stored at offset ${offset}.`;
    });
  });
  return {
    async refresh() {
      const [channel, { notifications: newest }] = await Promise.all([
        api.get('api/channel', { name }), api.get('api/history', { channel: name, limit: 20 })]);
      const rule = may('admin') ? await api.get('api/access', { channel: name }) : null;
      drawAbout([
        ['Subscribers', `${count(channel.subscribers)} on ${count(channel.nodes)} nodes`],
        ['Newest offset', channel.offset === null ? 'never used' : count(channel.offset)],
        ['Epoch', channel.epoch],
        ...rule ? [['Who may join', `${rule.rule}${rule.pattern ? ` (rule ${rule.pattern})` : ''}: ${rule.step}`]] : [],
      ]);
      drawHistory(newest.reverse());
    },
  };
}
