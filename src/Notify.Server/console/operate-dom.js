// Creates an element. Children may be elements, texts, lists of them, or nothing.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }

  element.append(...children.flat(Infinity).filter(child => child !== undefined && child !== null && child !== false));
  return element;
}

// Draws a part of a page again when its data has changed. What had the focus has it again, so that a keyboard does not lose its place.
export function createPart(element, draw) {
  let drawn;
  return data => {
    const text = JSON.stringify(data);
    if (text === drawn) {
      return;
    }

    drawn = text;
    const focused = element.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
    element.replaceChildren(...[draw(data)].flat(Infinity).filter(Boolean));
    if (focused !== undefined) {
      [...element.querySelectorAll('[data-focus]')].find(other => other.dataset.focus === focused)?.focus();
    }
  };
}

// A table. A column is { title, of: item => content, number }. The first one heads its row.
export function table(columns, items, empty) {
  if (items.length === 0) {
    return h('p', { class: 'note' }, empty);
  }

  const cell = (tag, column, content) => h(tag, {
    class: column.number ? 'number' : 'text', 'data-title': tag === 'td' && column.title, scope: tag === 'td' ? undefined : column.scope,
  }, content);
  return h('div', { class: 'scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, columns.map(column => cell('th', { ...column, scope: 'col' }, column.title)))),
    h('tbody', {}, items.map(item => h('tr', {}, columns.map((column, index) =>
      cell(index === 0 ? 'th' : 'td', { ...column, scope: 'row' }, column.of(item) ?? '–')))))));
}

// A list of names and values.
export function facts(entries) {
  return h('dl', { class: 'facts' }, entries.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value ?? '–')]));
}

// A labelled input of a form.
export function field(id, label, attributes = {}) {
  return h('div', {},
    h('label', { for: id }, label),
    h('input', { id, name: id, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', ...attributes }));
}

export function state(word, kind) {
  return h('span', { class: `state-word ${kind}` }, word);
}
