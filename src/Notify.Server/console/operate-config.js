import { api } from './operate-api.js';
import { createPart, field, h, table } from './operate-dom.js';

export const config = {
  name: 'config',
  title: 'Configuration',
  scope: 'admin',
  open({ view, guard }) {
    const search = field('search', 'Search', { type: 'search' });
    const only = h('label', { class: 'check' }, h('input', { type: 'checkbox' }), ' only what is not the default');
    const rows = h('div'), warnings = h('div'), title = h('h2', {}, 'Configuration');
    view.append(h('section', {}, title, warnings, h('form', { class: 'filters', role: 'search', onsubmit: event => event.preventDefault() }, search, only), rows));
    const draw = createPart(rows, settings => table([
      { title: 'Setting', of: ({ name }) => name },
      { title: 'Value', of: ({ value }) => value },
      { title: 'From', of: ({ origin }) => origin },
    ], settings, 'No setting matches.'));
    let all = [];
    const filter = () => {
      const text = search.querySelector('input').value.toUpperCase(), isChanged = only.querySelector('input').checked;
      draw(all.filter(({ name, value, origin }) => `${name} ${value}`.toUpperCase().includes(text) && !(isChanged && origin === 'default')));
    };
    search.addEventListener('input', filter);
    only.addEventListener('input', filter);
    guard(async () => {
      const answer = await api.get('api/config');
      title.textContent = `Configuration of ${answer.node}`;
      warnings.replaceChildren(...answer.warnings.map(text => h('p', { class: 'banner warn' }, text)));
      all = answer.settings;
      filter();
    });
    return {};
  },
};
