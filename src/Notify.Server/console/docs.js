import { at } from './base.js';
import { facts, h, state, table } from './operate-dom.js';

// Shows the description of the API: each operation with its parameters, its body, an example to copy, and its answers.
const view = document.getElementById('view');
try {
  const response = await fetch(at('openapi/v1.json'), { credentials: 'omit' });
  view.append(page(await response.json()));
} catch (error) {
  const problem = document.getElementById('problem');
  problem.textContent = `The description cannot be read (${error.message}).`;
  problem.hidden = false;
}

function page(document) {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })));
  return h('div', {},
    document.tags.map(({ name, description }) => h('section', {},
      h('h2', {}, `${name[0].toUpperCase()}${name.slice(1)}`),
      h('p', { class: 'note' }, description),
      operations.filter(({ tags }) => tags.includes(name)).map(operation => describe(document, operation)))),
    h('section', {}, h('h2', {}, 'Objects'), Object.entries(document.components.schemas).map(([name, schema]) =>
      h('details', { id: name }, h('summary', {}, h('code', {}, name)), object(document, schema)))));
}

function describe(document, operation) {
  const { path, method, summary, description, parameters = [], requestBody, responses } = operation;
  const content = requestBody?.content['application/json'];
  return h('details', { class: 'trail', id: operation.operationId },
    h('summary', {}, h('b', {}, method), ' ', h('code', {}, path), ` ${summary}`),
    description && h('p', {}, description),
    facts([['Needs', needs(operation)]]),
    h('h3', {}, 'Example'),
    h('pre', { tabindex: '0', 'aria-label': `Example of ${path}` }, h('code', {}, example(operation))),
    parameters.length > 0 && [h('h3', {}, 'Parameters'), table([
      { title: 'Name', of: parameter => h('code', {}, parameter.name) },
      { title: 'In', of: parameter => parameter.in },
      { title: 'Type', of: parameter => type(parameter.schema) },
      { title: 'Meaning', of: parameter => `${parameter.required ? 'Required. ' : ''}${parameter.description}` },
    ], parameters)],
    content && [h('h3', {}, 'Body'), object(document, content.schema)],
    h('h3', {}, 'Answers'),
    table([
      { title: 'Status', of: answer => answer.status },
      { title: 'Meaning', of: answer => answer.description },
      { title: 'Body', of: answer => answer.body },
    ], Object.entries(responses).map(([status, response]) => {
      const known = resolve(document, response);
      const [name, media] = Object.entries(known.content ?? {})[0] ?? [];
      return { status, description: known.description, body: name && [`${name}: `, type(media.schema)] };
    })));
}

function needs({ 'x-scope': scope, security }) {
  return scope ? ['a secret with the scope ', state(scope, 'good')]
    : security.length === 0 ? 'nothing' : security.some(({ key }) => key) ? 'the key' : 'any secret';
}

// A call that can be pasted, with NOTIFICATION_SECRET in place of the secret.
function example({ path, method, parameters = [], requestBody, 'x-scope': scope, security }) {
  const given = parameters.filter(({ in: place, required, example: value }) => place === 'query' && (required || value !== undefined));
  const query = given.map(({ name, example: value }) => `${name}=${encodeURIComponent(value ?? name.toUpperCase())}`).join('&');
  const secret = scope || security.some(({ bearer }) => bearer) ? " -H 'Authorization: Bearer NOTIFICATION_SECRET'" : '';
  const content = requestBody?.content['application/json'].example;
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} '${at(path.slice(1))}${query && `?${query}`}'${secret}`,
    content && ` \\\n  -H 'Content-Type: application/json' -d '${JSON.stringify(content)}'`,
  ].filter(Boolean).join('');
}

function object(document, schema) {
  const known = resolve(document, schema);
  return known.properties
    ? h('div', {}, h('p', { class: 'note' }, known.description), table([
      { title: 'Member', of: ([name]) => h('code', {}, name) },
      { title: 'Type', of: ([, member]) => type(member) },
      { title: 'Meaning', of: ([name, member]) => `${known.required?.includes(name) ? '' : 'Optional. '}${member.description ?? ''}` },
    ], Object.entries(known.properties)))
    : h('p', {}, type(known));
}

function resolve(document, { $ref, ...rest }) {
  return $ref === undefined ? rest : $ref.split('/').slice(1).reduce((part, name) => part[name], document);
}

function type({ $ref, type: name, items, enum: values, const: only, oneOf, format } = {}) {
  if ($ref !== undefined) {
    const target = $ref.split('/').at(-1);
    return h('a', { href: `#${target}`, onclick: () => { document.getElementById(target).open = true; } }, target);
  }

  return name === 'array' ? ['array of ', type(items)]
    : values ? values.join(', ')
    : only !== undefined ? JSON.stringify(only)
    : oneOf ? oneOf.map((one, index) => [index > 0 && ' or ', type(one)])
    : name === undefined ? 'any JSON' : `${[name].flat().join(' or ')}${format ? ` (${format})` : ''}`;
}
