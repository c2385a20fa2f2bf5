// node send.mjs CHANNEL JSON
const [channel = 'news', json = '{"title":"Hello from Node"}'] = process.argv.slice(2);
const { NOTIFY_URL: url, NOTIFICATION_SECRET: secret } = process.env;

async function send() {
  if (!url || !secret) throw new Error('NOTIFY_URL or NOTIFICATION_SECRET is not set');
  const response = await fetch(`${url}/send`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'notification-secret': secret },
    body: JSON.stringify({ channel, notification: JSON.parse(json) }),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${answer}`);
}

try {
  await send();
  console.log(`sent to ${channel}`);
} catch (error) {
  console.error(`not sent: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
