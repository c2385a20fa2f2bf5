import { api } from './operate-api.js';
import { createPart, h, state, table } from './operate-dom.js';
import { count, dateTime, since, size } from './operate-text.js';

const kinds = { ok: 'good', starting: 'warn', draining: 'warn', no_quorum: 'bad' };
const words = { ok: 'ok', starting: 'starting', draining: 'draining', no_quorum: 'no quorum' };

export function nodeState({ state: name, reasons }) {
  return name === 'ok' && reasons.some(({ effect }) => effect === 'degraded') ? state('degraded', 'warn') : state(words[name] ?? name, kinds[name] ?? 'warn');
}

export const nodes = {
  name: 'nodes',
  title: 'Nodes',
  scope: 'read',
  open({ view, silent }) {
    const section = h('section');
    view.append(section);
    const draw = createPart(section, list => [
      h('h2', {}, 'Nodes'),
      table([
        { title: 'Node', of: node => node.node },
        { title: 'State', of: nodeState },
        { title: 'Version', of: node => node.version },
        { title: 'Up', of: node => h('span', { title: dateTime(node.startedAt) }, since(node.startedAt)), number: true },
        { title: 'Connections', of: node => count(Object.values(node.connections).reduce((sum, number) => sum + number, 0)), number: true },
        { title: 'Protocols', of: node => Object.entries(node.connections).filter(([, number]) => number > 0).map(([name, number]) => `${name} ${count(number)}`).join(', ') || undefined },
        { title: 'Channels owned', of: node => count(node.channels), number: true },
        { title: 'Channels joined', of: node => count(node.joined), number: true },
        { title: 'Shards', of: node => count(node.shards), number: true },
        { title: 'Sees nodes', of: node => `${node.members}${node.unreachable > 0 ? `, ${node.unreachable} unreachable` : ''}`, number: true },
        { title: 'Memory', of: node => size(node.memory), number: true },
        { title: 'Cores used', of: node => count(node.cpu), number: true },
        { title: 'Sends a second', of: node => count(node.sends), number: true },
        { title: 'Deliveries a second', of: node => count(node.deliveries), number: true },
        { title: 'Largest queue', of: node => size(node.queueLargest), number: true },
      ], list, 'No node answered.'),
      h('p', { class: 'note' }, 'To take a node out, send SIGTERM to its process: it asks its clients to reconnect to the others, and then it ends.'),
    ]);
    return {
      async refresh() {
        const { nodes: list, silent: missing } = await api.get('api/nodes');
        silent(missing);
        draw(list);
      },
    };
  },
};
