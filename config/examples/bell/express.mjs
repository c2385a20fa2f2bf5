// npm install express && node express.mjs
import express from 'express';
import { notifyToken } from '../tokens/notify_token.mjs';

const { NOTIFY_URL: url = 'http://localhost:3000', NOTIFICATION_KEY: key = 'NOTIFICATION_KEY' } = process.env;
const { NOTIFICATION_SECRET: secret, NOTIFY_TOKEN_SECRET, PORT = 8000 } = process.env;
const user = '42'; // The user who is signed in.
const escape = text => String(text).replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
const titleOf = ({ data }) => data?.title ?? (typeof data === 'string' ? data : 'Notification');

// Without an answer the page is shown anyway, and the bell loads its list itself.
async function readInbox() {
  try {
    const answer = await fetch(`${url}/api/inbox?limit=10&user=${encodeURIComponent(user)}`, {
      headers: { Authorization: `Bearer ${secret}` },
      signal: AbortSignal.timeout(2000),
    });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

const app = express();
app.get('/notify-token', (request, response) => {
  response.type('text').set('Cache-Control', 'no-store').send(notifyToken(NOTIFY_TOKEN_SECRET, user));
});
app.get('/', async (request, response) => {
  const inbox = await readInbox();
  const items = (inbox?.items ?? []).map(item =>
    `<li><a href="${escape(item.goUrl ? url + item.goUrl : '#')}">${escape(titleOf(item))}</a></li>`);
  response.send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Acme</title>
<notify-bell url="${escape(url)}" key="${escape(key)}"${inbox ? ` state="${escape(JSON.stringify(inbox))}"` : ''}>
  <details><summary>Notifications (${inbox?.unread ?? 0})</summary><ul>${items.join('')}</ul></details>
</notify-bell>
<script src="${escape(url)}/client/notify-bell.min.js"></script>
<script>
  document.querySelector('notify-bell').token = () => fetch('/notify-token').then(response => response.text());
</script>
</html>`);
});
app.listen(PORT, 'localhost', () => console.log(`http://localhost:${PORT}/`));
