import { api } from './operate-api.js';
import { createPart, h, state, table } from './operate-dom.js';
import { count, since, time } from './operate-text.js';
import { nodeState } from './operate-nodes.js';

const seconds = 60, height = 40;

export const overview = {
  name: 'overview',
  title: 'Overview',
  scope: 'read',
  open({ view, may, silent }) {
    const wrong = h('section', { 'aria-labelledby': 'wrong-title' }), tiles = h('div', { class: 'tiles' });
    const charts = h('div', { class: 'charts' }), nodes = h('section'), logged = h('section');
    view.append(wrong, tiles, charts, nodes, may('admin') ? logged : '');
    const drawWrong = createPart(wrong, troubles), drawTiles = createPart(tiles, tile), drawCharts = createPart(charts, chart);
    const drawNodes = createPart(nodes, nodeList), drawLogged = createPart(logged, log);
    return {
      async refresh() {
        const answer = await api.get('api/overview');
        silent(answer.silent);
        drawWrong(answer.nodes.map(({ node, reasons }) => ({ node, reasons })));
        drawTiles(answer);
        drawCharts(answer.points);
        drawNodes(answer.nodes.map(({ node, state, reasons, connections, sends, deliveries }) => ({
          node, state, reasons, connections: Object.values(connections).reduce((sum, number) => sum + number, 0), sends, deliveries,
        })));
        if (may('admin')) {
          const { nodes: all } = await api.get('api/troubles');
          drawLogged(all.flatMap(({ node, logged: lines }) => lines.map(line => ({ ...line, node })))
            .sort((a, b) => a.time < b.time ? 1 : -1).slice(0, 20));
        }
      },
    };
  },
};

function troubles(nodes) {
  const all = nodes.flatMap(({ node, reasons }) => reasons.map(reason => ({ node, ...reason })));
  return [
    h('h2', { id: 'wrong-title' }, all.length === 0 ? 'Nothing is wrong' : 'What is wrong now'),
    all.length === 0
      ? h('p', { class: 'note' }, 'No node reports a problem.')
      : h('ul', { class: 'lines' }, all.map(({ node, message, since: began, effect }) => h('li', {},
        state(effect === 'not_ready' ? 'takes no clients' : effect === 'degraded' ? 'degraded' : 'notice', effect === 'none' ? 'warn' : 'bad'),
        ` ${node}, for ${since(began)}: ${message}`))),
  ];
}

function tile({ connections, channels, subscriptions, sends, deliveries, points }) {
  const last = points.at(-1), failed = points.reduce((sum, point) => sum + point.failed, 0);
  return [
    ['Connections', count(connections)],
    ['Sends a second', count(sends)],
    ['Deliveries a second', count(deliveries)],
    ['Failed sends, last minute', count(failed)],
    ['Delay, 99 of 100', last?.delayP99Ms ? `${count(last.delayP99Ms)} ms` : '–'],
    ['Channels in memory', count(channels)],
    ['Subscriptions', count(subscriptions)],
  ].map(([name, value]) => h('div', { class: 'tile' }, h('b', {}, value), h('span', {}, name)));
}

function chart(points) {
  return [
    ['Connections', point => point.connections],
    ['Sends a second', point => point.sends],
    ['Deliveries a second', point => point.deliveries],
    ['Delay of 99 of 100, ms', point => point.delayP99Ms ?? 0],
  ].map(([name, of]) => bars(name, points.map(of)));
}

function bars(name, values) {
  const peak = Math.max(...values, 0);
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${seconds} ${height}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${name} over the last minute: now ${count(values.at(-1) ?? 0)}, at most ${count(peak)}`);
  values.forEach((value, index) => {
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const size = value === 0 ? 0.4 : Math.max(1.2, value / Math.max(peak, 1) * height);
    bar.setAttribute('x', seconds - values.length + index + 0.12);
    bar.setAttribute('width', 0.76);
    bar.setAttribute('y', height - size);
    bar.setAttribute('height', size);
    bar.toggleAttribute('data-some', value > 0);
    svg.append(bar);
  });
  return h('section', { class: 'chart' }, h('figure', {}, svg, h('figcaption', {},
    h('span', {}, name),
    h('span', {}, h('b', {}, count(values.at(-1) ?? 0)), ' now'),
    h('span', {}, h('b', {}, count(peak)), ' peak'))));
}

function nodeList(nodes) {
  return [h('h2', {}, 'Nodes'), table([
    { title: 'Node', of: node => h('a', { href: '#/nodes', 'data-focus': node.node }, node.node) },
    { title: 'State', of: nodeState },
    { title: 'Connections', of: node => count(node.connections), number: true },
    { title: 'Sends a second', of: node => count(node.sends), number: true },
    { title: 'Deliveries a second', of: node => count(node.deliveries), number: true },
  ], nodes, 'No node answered.')];
}

function log(lines) {
  return [
    h('h2', {}, 'Last warnings and errors'),
    lines.length === 0
      ? h('p', { class: 'note' }, 'None since the nodes were started.')
      : h('ul', { class: 'lines' }, lines.map(({ time: at, level, event, message, count: times, node }) => h('li', {},
        h('span', { class: 'position' }, `${time(at)} ${node} ${event}${times > 1 ? ` (${count(times)} times)` : ''}: `),
        state(level, level === 'warning' ? 'warn' : 'bad'), ` ${message}`))),
  ];
}
