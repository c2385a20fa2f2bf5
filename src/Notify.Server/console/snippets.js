import { copyOnClick } from './copy.js';

// Code to copy, with the address of this server, the key and the channel, each written as the language writes a string.
const placeholder = 'YOUR_SECRET';

const js = text => JSON.stringify(text).replace(/[<\u2028\u2029]/g, escaped);
const csharp = text => JSON.stringify(text).replace(/[\u0085\u2028\u2029]/g, escaped);
const python = text => JSON.stringify(text);
const single = text => `'${text.replace(/[\\']/g, '\\$&')}'`;
const shell = text => `'${text.replaceAll("'", "'\\''")}'`;

// Behind a path prefix the client of Socket.IO has to be told its path.
const below = prefix => prefix && `path: ${js(`${prefix}/socket.io`)}, `;

function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export const receivers = {
  'socketio': { title: 'Socket.IO', how: 'Any Socket.IO client from 1.x to 4.x works; this server has one of 4.x.', text: ({ url, origin, prefix, key, channel }) =>
`<script src="${url}/socket.io/socket.io.min.js"></script>
<script>
  const socket = io(${js(origin)}, { ${below(prefix)}query: { notificationKey: ${js(key)} } });
  socket.on('connect', () => socket.emit('join', ${js(channel)}, {}, position => console.log('joined', position)));
  socket.on('NEW_NOTIFICATION', (notification, { channel, offset }) => console.log(channel, offset, notification));
</script>`, missed: ({ url, origin, prefix, key, channel }) =>
`<script src="${url}/socket.io/socket.io.min.js"></script>
<script>
  const channel = ${js(channel)}, socket = io(${js(origin)}, { ${below(prefix)}query: { notificationKey: ${js(key)} } });
  const keep = at => localStorage.setItem(channel, JSON.stringify({ epoch: at.epoch, offset: at.offset }));
  socket.on('connect', function join() {
    const since = JSON.parse(localStorage.getItem(channel)) ?? 'earliest';
    socket.emit('join', channel, { since }, at => {
      console.log('joined', at);
      if (at.error === 'unavailable') setTimeout(join, 2000);
      else if (!at.error) keep(at);
    });
  });
  socket.on('NEW_NOTIFICATION', (notification, at) => { console.log(channel, at.offset, notification); keep(at); });
</script>` },
  'plain': { title: 'WebSocket', how: 'No library. It reconnects, and stops when the server refuses it.', text: ({ url, key, channel }) =>
`<script>
  function connect() {
    const socket = new WebSocket(${js(`${url.replace(/^http/, 'ws')}/ws?key=${encodeURIComponent(key)}`)});
    let wait;
    socket.onopen = () => socket.send(JSON.stringify({ type: 'join', channel: ${js(channel)} }));
    socket.onmessage = event => {
      const message = JSON.parse(event.data);
      if (message.type === 'joined') console.log('joined', message);
      if (message.type === 'notification') console.log(message.channel, message.offset, message.data);
      if (message.type === 'closing') wait = message.reconnectAfterMs;
    };
    socket.onclose = event => {
      if (event.code < 4500) setTimeout(connect, wait ?? 1000 + 2000 * Math.random());
    };
  }
  connect();
</script>`, missed: ({ url, key, channel }) =>
`<script>
  const channel = ${js(channel)};
  function connect() {
    const socket = new WebSocket(${js(`${url.replace(/^http/, 'ws')}/ws?key=${encodeURIComponent(key)}`)});
    const since = JSON.parse(localStorage.getItem(channel)) ?? 'earliest';
    socket.onopen = () => socket.send(JSON.stringify({ type: 'join', channel, since }));
    socket.onmessage = event => {
      const { type, epoch, offset, data } = JSON.parse(event.data);
      if (type === 'joined' || type === 'notification') console.log(type === 'joined' ? type : channel, offset, data);
      if (offset !== undefined) localStorage.setItem(channel, JSON.stringify({ epoch, offset }));
    };
    socket.onclose = event => { if (event.code < 4500) setTimeout(connect, 1000 + 2000 * Math.random()); };
  }
  connect();
</script>` },
  'events': { title: 'Server-sent events', how: 'No library. The browser reconnects.', text: ({ url, key, channel }) =>
`<script>
  const source = new EventSource(${js(`${url}/events?${new URLSearchParams({ channel, key })}`)});
  source.addEventListener('joined', event => console.log('joined', JSON.parse(event.data)));
  source.addEventListener('NEW_NOTIFICATION', event => {
    const { channel, offset, data } = JSON.parse(event.data);
    console.log(channel, offset, data);
  });
</script>`, missed: ({ url, key, channel }) =>
`<script>
  const channel = ${js(channel)}, query = new URLSearchParams({ channel, key: ${js(key)} });
  const source = new EventSource(${js(`${url}/events`)} + \`?\${query}&lastEventId=\${localStorage.getItem(channel) ?? ''}\`);
  const keep = event => localStorage.setItem(channel, event.lastEventId);
  source.addEventListener('joined', event => { console.log('joined', JSON.parse(event.data)); keep(event); });
  source.addEventListener('NEW_NOTIFICATION', event => {
    const { offset, data } = JSON.parse(event.data);
    console.log(channel, offset, data);
    keep(event);
  });
</script>` },
};

export const senders = {
  'curl': { title: 'curl', how: 'Run it in a shell.', text: ({ url, channel, secret }) =>
`curl --fail-with-body ${url}/send \\
  -H ${shell(`notification-secret: ${secret}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${shell(JSON.stringify({ channel, notification: { title: 'Hello from curl' } }))}` },
  'php': { title: 'PHP', how: 'php send.php', text: ({ url, channel, secret }) =>
`<?php
$body = json_encode(['channel' => ${single(channel)}, 'notification' => ['title' => 'Hello from PHP']]);
$answer = file_get_contents(${single(`${url}/send`)}, false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => ['Content-Type: application/json', ${single(`notification-secret: ${secret}`)}],
    'content' => $body,
    'timeout' => 10,
    'ignore_errors' => true,
]]));
echo $http_response_header[0] ?? 'no answer', ' ', $answer, "\\n";` },
  'node': { title: 'Node', how: 'node send.mjs, with Node 18 or later.', text: ({ url, channel, secret }) =>
`const response = await fetch(${js(`${url}/send`)}, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'notification-secret': ${js(secret)} },
  body: JSON.stringify({ channel: ${js(channel)}, notification: { title: 'Hello from Node' } }),
});
console.log(response.status, await response.text());` },
  'python': { title: 'Python', how: 'python3 send.py', text: ({ url, channel, secret }) =>
`import json
import urllib.request

request = urllib.request.Request(
    ${python(`${url}/send`)},
    data=json.dumps({"channel": ${python(channel)}, "notification": {"title": "Hello from Python"}}).encode(),
    headers={"Content-Type": "application/json", "notification-secret": ${python(secret)}},
)
with urllib.request.urlopen(request, timeout=10) as response:
    print(response.status, response.read().decode())` },
  'csharp': { title: 'C#', how: 'dotnet run send.cs, with .NET 10 or later.', text: ({ url, channel, secret }) =>
`#:property PublishAot=false
using System.Net.Http.Json;

using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
client.DefaultRequestHeaders.Add("notification-secret", ${csharp(secret)});
using var response = await client.PostAsJsonAsync(${csharp(`${url}/send`)}, new
{
    channel = ${csharp(channel)},
    notification = new { title = "Hello from C#" },
});
Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");` },
  'ruby': { title: 'Ruby', how: 'ruby send.rb', text: ({ url, channel, secret }) =>
`require 'json'
require 'net/http'

response = Net::HTTP.post(
  URI(${single(`${url}/send`)}),
  { channel: ${single(channel)}, notification: { title: 'Hello from Ruby' } }.to_json,
  'Content-Type' => 'application/json', 'notification-secret' => ${single(secret)}
)
puts "#{response.code} #{response.body}"` },
};

// One of several snippets, chosen by its title.
function createChooser(name, snippets, { choices, code, how, copy }, values) {
  let chosen = Object.keys(snippets)[0];
  const inputs = new Map();

  function show() {
    const { secret, missed, origin, prefix, ...rest } = values();
    const text = (missed && snippets[chosen].missed) || snippets[chosen].text;
    code.textContent = text({ ...rest, origin, prefix, url: origin + prefix, secret: secret ?? placeholder });
    how.textContent = snippets[chosen].how;
  }

  function choose(value) {
    chosen = value;
    inputs.get(value).checked = true;
    show();
  }

  for (const [value, { title }] of Object.entries(snippets)) {
    const label = document.createElement('label');
    const input = Object.assign(document.createElement('input'), { type: 'radio', name, value, checked: value === chosen });
    const text = document.createElement('span');
    text.textContent = title;
    label.append(input, text);
    choices.append(label);
    inputs.set(value, input);
    input.addEventListener('change', () => choose(value));
  }

  copyOnClick(copy, code);
  return { show, choose };
}

export function createSnippets({ receiver, sender, values }) {
  const receiving = createChooser('receiver', receivers, receiver, values), sending = createChooser('sender', senders, sender, values);
  return {
    show() {
      receiving.show();
      sending.show();
    },

    // The receiver is the one of the transport that is tried out above.
    follow: receiving.choose,
  };
}
