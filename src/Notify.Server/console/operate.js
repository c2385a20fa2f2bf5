import { api } from './operate-api.js';
import { h } from './operate-dom.js';
import { access } from './operate-access.js';
import { channels } from './operate-channels.js';
import { config } from './operate-config.js';
import { connections } from './operate-connections.js';
import { inbox } from './operate-inbox.js';
import { nodes } from './operate-nodes.js';
import { notifications } from './operate-notifications.js';
import { overview } from './operate-overview.js';
import { tail } from './operate-tail.js';

// Each page is { name, title, scope, open(context) }. It asks for what it shows, and the server pages and adds up.
const pages = [overview, nodes, channels, connections, notifications, inbox, tail, access, config];
const interval = 1000;

const $ = id => document.getElementById(id);
let operator = null, leave = null, timer = null;

$('sign-in').addEventListener('submit', async event => {
  event.preventDefault();
  const button = event.submitter;
  button.disabled = true;
  $('sign-in-problem').textContent = '';
  api.signIn($('secret').value);
  try {
    operator = await api.get('api/secret');
    if (!operator.scopes.includes('read')) {
      throw new Error(`The secret ${operator.name} has neither the scope read nor admin.`);
    }
  } catch (error) {
    operator = null;
    api.signOut();
    $('sign-in-problem').textContent = error.message;
    return;
  } finally {
    button.disabled = false;
  }

  $('secret').value = '';
  $('who').textContent = `${operator.name} (${operator.scopes.join(', ')})`;
  $('sign-out').hidden = $('pages').hidden = false;
  const allowed = pages.filter(({ scope }) => operator.scopes.includes(scope));
  $('pages').replaceChildren(...allowed.map(({ name, title }) => h('a', { href: `#/${name}`, 'data-page': name }, title)));
  show();
});

// The secret is only in this page's memory, so a new page knows nothing.
$('sign-out').addEventListener('click', () => location.reload());
addEventListener('hashchange', show);
document.addEventListener('visibilitychange', () => { if (!document.hidden && timer !== null) refresh(); });

let refresh = async () => {};

// The address after # is the name of the page and its parameters: #/connections?user=42.
function show() {
  if (operator === null) {
    return;
  }

  clearInterval(timer);
  leave?.();
  const [name, query] = location.hash.replace(/^#\//, '').split('?');
  const page = pages.find(other => other.name === name && operator.scopes.includes(other.scope)) ?? overview;
  for (const link of $('pages').children) {
    link.toggleAttribute('aria-current', link.dataset.page === page.name);
    if (link.dataset.page === page.name) {
      link.setAttribute('aria-current', 'page');
    }
  }

  document.title = `Notify: ${page.title}`;
  tell('problem', '');
  tell('silent', '');
  const view = document.createElement('div');
  $('view').replaceChildren(view);
  const opened = page.open({
    view,
    parameters: Object.fromEntries(new URLSearchParams(query)),
    may: scope => operator.scopes.includes(scope),
    silent: names => tell('silent', names.length === 0 ? '' : `Without ${names.join(', ')}: no answer within a second.`),
    guard,
  });
  leave = opened.leave;
  refresh = () => opened.refresh ? guard(opened.refresh) : Promise.resolve();
  refresh();
  timer = setInterval(() => { if (!document.hidden) refresh(); }, opened.interval ?? interval);
  $('view').focus({ preventScroll: true });
}

// Runs something that asks the server, and shows why it could not. One at a time, so that a slow answer does not pile up others.
const running = new Set();
async function guard(action) {
  if (running.has(action)) {
    return;
  }

  running.add(action);
  try {
    await action();
    tell('problem', '');
  } catch (error) {
    if (error.name !== 'AbortError') {
      tell('problem', error.message);
    }
  } finally {
    running.delete(action);
  }
}

function tell(id, text) {
  if ($(id).textContent !== text) {
    $(id).textContent = text;
  }

  $(id).hidden = text === '';
}
