import { api } from './operate-api.js';
import { createPart, facts, field, h, state } from './operate-dom.js';
import { count, dateTime } from './operate-text.js';

const pageSize = 20;
const filters = { all: 'Not archived', unread: 'Unread', archived: 'Archived' };
const done = {
  read: 'is read', unread: 'is unread', archived: 'is archived', unarchived: 'is in the list again', deleted: 'is deleted',
};

export const inbox = {
  name: 'inbox',
  title: 'Inbox',
  scope: 'read',
  open({ view, parameters: { user, filter = 'all' }, may, guard }) {
    const form = h('form', { class: 'filters', role: 'search' },
      field('user', 'User', { value: user, placeholder: '42', required: true }),
      h('div', {}, h('label', { for: 'items' }, 'Items'),
        h('select', { id: 'items', name: 'filter' }, Object.entries(filters).map(([value, name]) => h('option', { value, selected: value === filter }, name)))),
      h('div', {}, h('button', { type: 'submit', class: 'primary' }, 'Show')));
    view.append(h('section', {}, h('h2', {}, 'What a user has read'), form));
    form.addEventListener('submit', event => {
      event.preventDefault();
      location.hash = `#/inbox?${new URLSearchParams({ user: form.elements.user.value, filter: form.elements.filter.value })}`;
    });
    form.elements.filter.addEventListener('change', () => form.elements.user.value && form.requestSubmit());
    return user ? one(view, user, filter, may('send'), guard) : {};
  },
};

function one(view, user, filter, mayMark, guard) {
  const numbers = h('div'), version = h('div', { class: 'version' }), items = h('div');
  const answer = h('p', { class: 'answer', role: 'status' });
  const older = h('button', { type: 'button', hidden: true }, 'Older'), newest = h('button', { type: 'button', hidden: true }, 'Newest');
  let before, next = null;
  const mark = (marks, text) => guard(async () => {
    await api.post('api/inbox/mark', { user, ...marks });
    answer.textContent = text;
    await refresh();
  });
  const drawNumbers = createPart(numbers, tiles);
  const drawVersion = createPart(version, facts);
  const drawItems = createPart(items, list => list.length === 0
    ? h('p', { class: 'note' }, 'There are no such items.')
    : h('ol', { class: 'events' }, list.map(item => entry(item, mayMark && mark))));
  const turn = to => () => {
    before = to();
    guard(refresh);
  };
  older.addEventListener('click', turn(() => next));
  newest.addEventListener('click', turn(() => undefined));
  view.append(
    h('section', {}, h('h2', {}, `Inbox of ${user}`), numbers, version,
      h('p', { class: 'actions' },
        mayMark && h('button', { type: 'button', onclick: () => mark({ as: 'read', all: true }, 'Everything is read.') }, 'Mark all as read'),
        h('a', { href: `#/notifications?${new URLSearchParams({ user })}` }, 'Did they get it?')),
      answer),
    h('section', {}, h('h2', {}, filters[filter] ?? 'Items'), items, h('div', { class: 'actions' }, newest, older)));
  async function refresh() {
    const page = await api.get('api/inbox', { user, filter, before, limit: pageSize });
    next = page.next;
    [older.hidden, newest.hidden] = [next === null, before === undefined];
    drawNumbers({ unread: page.unread, unseen: page.unseen, total: page.total, archived: page.archived });
    const [{ epoch, offset, rev }] = page.channels;
    drawVersion([['Newest offset', epoch === null ? 'never used' : count(offset)], ['Changes of the marks', count(rev)], ['Epoch', epoch]]);
    drawItems(page.items);
  }

  return { refresh };
}

function tiles({ unread, unseen, total, archived }) {
  return h('div', { class: 'tiles' }, Object.entries({ unread, unseen, total, archived }).map(([name, number]) =>
    h('div', { class: 'tile', 'data-number': name }, h('b', {}, count(number)), h('span', {}, name))));
}

function entry(item, mark) {
  const { epoch, offset, id, at, data } = item;
  const act = (key, as, text, question) => h('button', {
    type: 'button',
    'data-focus': `${offset} ${key}`,
    'aria-label': `${text}: item ${offset}`,
    class: question && 'danger',
    onclick: () => (question === undefined || confirm(question)) && mark({ as, offsets: [offset], epoch }, `Item ${offset} ${done[as]}.`),
  }, text);
  return h('li', {},
    h('div', { class: 'about' },
      item.read ? state('read', 'good') : state(item.seen ? 'unread' : 'unread, unseen', 'warn'),
      item.clicked && state('clicked', 'good'),
      item.archived && state('archived', ''),
      `#${offset}`,
      h('a', { href: `#/notifications?${new URLSearchParams({ id })}`, 'data-focus': id }, id),
      h('time', {}, dateTime(at))),
    h('pre', {}, JSON.stringify(data)),
    mark && h('div', { class: 'actions' },
      item.read ? act('read', 'unread', 'Mark as unread') : act('read', 'read', 'Mark as read'),
      item.archived ? act('archive', 'unarchived', 'Return to the list') : act('archive', 'archived', 'Archive'),
      act('delete', 'deleted', 'Delete', `Delete item ${offset}? The user will not see it again.`)));
}
