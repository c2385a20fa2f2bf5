import { api } from './operate-api.js';
import { createPart, field, h, state, table } from './operate-dom.js';
import { connectionTable } from './operate-connections.js';
import { count, dateTime, time } from './operate-text.js';

const kinds = { delivered: 'good', queued: 'warn', waiting: 'warn', trimmed: 'bad', refused: 'bad', unknown: 'warn' };

export const notifications = {
  name: 'notifications',
  title: 'Did they get it?',
  scope: 'read',
  open({ view, parameters, may, silent, guard }) {
    const form = h('form', { class: 'filters', role: 'search' },
      field('user', 'User', { value: parameters.user, placeholder: '42' }),
      field('channel', 'or channel', { value: parameters.channel }),
      field('id', 'or id of a notification', { value: parameters.id }),
      h('div', {}, h('button', { type: 'submit', class: 'primary' }, 'Ask')));
    const found = h('div'), online = h('section', { hidden: true }), controls = h('section', { hidden: true });
    view.append(h('section', {}, h('h2', {}, 'Did they get it?'), form, found), online, controls);
    const drawFound = createPart(found, draw), drawOnline = createPart(online, list => [h('h2', {}, 'Open connections'), connectionTable(list)]);
    let asked = parameters.user || parameters.channel || parameters.id ? { ...parameters } : null;
    const refresh = async () => {
      if (asked === null) {
        return;
      }

      const question = asked.id ? { id: asked.id } : asked.user ? { user: asked.user } : { channel: asked.channel };
      const answer = await api.get('api/notification', { ...question, limit: asked.id ? undefined : 20 });
      silent(answer.silent);
      drawFound(answer.notifications);
      online.hidden = !(question.user && may('admin'));
      if (!online.hidden) {
        drawOnline((await api.get('api/connections', { user: question.user, limit: 20 })).connections);
      }
    };
    form.addEventListener('submit', event => {
      event.preventDefault();
      const { user, channel, id } = form.elements;
      location.hash = `#/notifications?${new URLSearchParams(Object.entries({ user: user.value, channel: channel.value, id: id.value }).filter(([, value]) => value))}`;
      asked = { user: user.value, channel: channel.value, id: id.value };
      guard(refresh);
    });
    if (parameters.user && may('admin')) {
      controls.hidden = false;
      controls.append(...actions(parameters.user, guard));
    }

    return { refresh };
  },
};

function actions(user, guard) {
  const answer = h('p', { class: 'answer', role: 'status' });
  const act = (path, body, done, question) => () => {
    if (question === undefined || confirm(question)) {
      guard(async () => { answer.textContent = done(await api.post(path, body)); });
    }
  };
  return [
    h('h2', {}, `User ${user}`),
    h('div', { class: 'actions' },
      h('button', { type: 'button', class: 'danger', onclick: act('api/disconnect', { user }, ({ connections }) => `${count(connections)} connections end.`, `End all connections of ${user}? Their clients may come back.`) }, 'Disconnect'),
      h('button', { type: 'button', class: 'danger', onclick: act('api/revoke', { user }, ({ connections }) => `Tokens issued until now are refused; ${count(connections)} connections end.`, `Refuse all tokens of ${user} that were issued until now, and end their connections?`) }, 'Revoke tokens'),
      h('button', { type: 'button', class: 'danger', onclick: act('api/disconnect', { user, block: '10m' }, ({ connections }) => `Blocked for ten minutes; ${count(connections)} connections end.`, `Refuse ${user} for ten minutes, and end all connections?`) }, 'Block for 10 minutes'),
      h('button', { type: 'button', onclick: act('api/unblock', { user }, () => 'The block is lifted.') }, 'Unblock')),
    answer,
  ];
}

function draw(list) {
  return list.length === 0
    ? h('p', { class: 'note' }, 'Nothing was sent to this channel, as far as its history and the nodes remember.')
    : list.map(trail => h('article', { class: 'trail' },
      h('div', { class: 'about' },
        state(trail.state, kinds[trail.state]),
        h('span', { class: 'name' }, trail.channel),
        trail.offset !== null && `#${trail.offset}`,
        trail.id && h('a', { href: `#/notifications?${new URLSearchParams({ id: trail.id })}`, 'data-focus': `${trail.channel} ${trail.id}` }, trail.id),
        h('time', {}, dateTime(trail.at))),
      h('p', {}, trail.summary),
      h('details', {}, h('summary', {}, 'Where and when'),
        table([
          { title: 'Node', of: step => step.node },
          { title: 'What', of: step => step.what },
          { title: 'When', of: step => time(step.at), number: true },
        ], steps(trail), 'No node remembers more.'))));
}

function steps({ sends, deliveries, replays }) {
  return [
    ...sends.map(({ node, at, secret, outcome, durationMs }) => ({ node, at, what: `request with the secret ${secret}: ${outcome}, after ${durationMs} ms` })),
    ...deliveries.map(({ node, at, sockets, written, dropped, lastWriteAt }) => ({
      node, at, what: written === null
        ? `queued for ${count(sockets)} sockets`
        : `queued for ${count(sockets)} sockets, written to ${count(written)}${lastWriteAt ? ` (the last at ${time(lastWriteAt)})` : ''}${dropped > 0 ? `, ${count(dropped)} ended before` : ''}`,
    })),
    ...replays.map(({ node, at, from, to }) => ({ node, at, what: `sent again to a client that came back, with offsets ${from} to ${to}` })),
  ].sort((a, b) => a.at < b.at ? -1 : 1);
}
