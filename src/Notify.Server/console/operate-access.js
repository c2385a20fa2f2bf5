import { api } from './operate-api.js';
import { createPart, facts, field, h, state, table } from './operate-dom.js';
import { count, dateTime, since } from './operate-text.js';

export const access = {
  name: 'access',
  title: 'Access',
  scope: 'admin',
  open({ view, guard }) {
    const form = h('form', { class: 'filters' },
      field('channel', 'Channel', { required: true }),
      field('user', 'User'),
      field('token', 'or a token', { type: 'password' }),
      h('div', {}, h('button', { type: 'submit' }, 'Explain')));
    const decision = h('div'), observed = h('section'), blocks = h('section');
    view.append(h('section', {}, h('h2', {}, 'May this client join?'), form, decision), observed, blocks);
    form.addEventListener('submit', event => {
      event.preventDefault();
      const { channel, user, token } = form.elements;
      guard(async () => {
        const answer = token.value
          ? await api.post('api/access', { channel: channel.value, token: token.value })
          : await api.get('api/access', { channel: channel.value, user: user.value });
        decision.replaceChildren(facts([
          ['Decision', state(answer.decision, answer.decision === 'allowed' ? 'good' : 'bad')],
          ['Rule', `${answer.rule}${answer.pattern ? ` (${answer.pattern})` : ' (the default)'}`],
          ['Why', answer.step],
        ]));
      });
    });
    const drawObserved = createPart(observed, ({ mode, groups, others }) => [
      h('h2', {}, mode === 'observe' ? 'What would be refused' : 'Refusals are enforced'),
      table([
        { title: 'Rule', of: group => group.pattern ?? 'the default' },
        { title: 'Reason', of: group => group.reason },
        { title: 'Origin', of: group => group.origin },
        { title: 'Transport', of: group => group.transport },
        { title: 'Times', of: group => count(group.count), number: true },
        { title: 'Example', of: group => group.example },
        { title: 'Last', of: group => `${since(group.lastAt)} ago`, number: true },
      ], groups, mode === 'observe' ? 'Nothing so far on this node.' : 'Set NOTIFY_ACCESS_MODE=observe to count refusals before they are enforced.'),
      others > 0 && h('p', { class: 'note' }, `${count(others)} more did not fit.`),
    ]);
    const unblock = user => guard(async () => {
      await api.post('api/unblock', { user });
      await refresh();
    });
    const drawBlocks = createPart(blocks, list => [
      h('h2', {}, 'Revocations and blocks in force'),
      table([
        { title: 'Name', of: block => block.name },
        { title: 'Kind', of: block => block.kind },
        { title: 'Until', of: block => dateTime(new Date(block.until * 1000).toISOString()) },
        { title: '', of: block => block.kind === 'blocked' ? h('button', { type: 'button', 'data-focus': block.name, onclick: () => unblock(block.name) }, 'Unblock') : '' },
      ], list, 'None.'),
    ]);
    const refresh = async () => {
      const [seen, { blocks: list }] = await Promise.all([api.get('api/observed'), api.get('api/blocks', { limit: 100 })]);
      drawObserved(seen);
      drawBlocks(list);
    };
    return { refresh, interval: 5000 };
  },
};
