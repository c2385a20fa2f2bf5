import { api } from './operate-api.js';
import { field, h } from './operate-dom.js';
import { count, size, time } from './operate-text.js';

const kept = 200;

export const tail = {
  name: 'tail',
  title: 'Tail',
  scope: 'read',
  open({ view, parameters, silent, guard }) {
    const list = h('ol', { class: 'events', tabindex: '0', 'aria-label': 'Events, newest first', hidden: true });
    const note = h('p', { class: 'note', role: 'status' }, 'Watch what is published and told, while it happens.');
    const button = h('button', { type: 'submit', class: 'primary' }, 'Watch');
    const form = h('form', { class: 'filters' },
      field('channel', 'Channel, or a prefix with * (empty: all)', { value: parameters.channel, placeholder: 'user:*' }), h('div', {}, button));
    view.append(h('section', {}, h('h2', {}, 'Tail'), form, note, list));
    let stop = null;
    const end = () => {
      stop?.abort();
      stop = null;
      button.textContent = 'Watch';
    };
    const add = element => {
      list.hidden = false;
      list.prepend(element);
      if (list.children.length > kept) {
        list.lastChild.remove();
      }
    };
    const watch = async () => {
      stop = new AbortController();
      button.textContent = 'Stop';
      note.textContent = 'Watching. The newest event is at the top.';
      try {
        await api.stream('api/tail', { channel: form.elements.channel.value }, stop.signal, (name, data) => {
          if (name === 'silent') {
            silent(data.nodes);
          } else {
            add(name === 'skipped' ? h('li', {}, `${count(data.count)} events more than this page can show`) : describe(name, data));
          }
        });
      } finally {
        note.textContent = 'Stopped.';
        end();
      }
    };
    form.addEventListener('submit', event => {
      event.preventDefault();
      if (stop === null) {
        guard(watch);
      } else {
        end();
      }
    });
    if (parameters.channel !== undefined) {
      guard(watch);
    }

    return { leave: end };
  },
};

function describe(name, { node, channel, id, offset, at, secret, size: bytes, payload, sockets }) {
  return h('li', {},
    h('div', { class: 'about' },
      h('b', {}, name),
      h('span', { class: 'name' }, channel),
      offset !== null && `#${offset}`,
      h('a', { href: `#/notifications?${new URLSearchParams({ id })}` }, id),
      name === 'published' ? `by ${secret}, ${size(bytes)}` : `to ${count(sockets)} sockets of ${node}`,
      h('time', {}, time(at))),
    payload !== null && h('pre', {}, payload));
}
