import { at } from './base.js';

// Asks the API with the secret of the operator, which only this module holds.
let secret = null;

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const api = {
  signIn: value => { secret = value; },
  signOut: () => { secret = null; },
  get: (path, parameters = {}) => ask('GET', withParameters(path, parameters)),
  post: (path, body) => ask('POST', path, body),
  stream,
};

async function ask(method, path, body) {
  const response = await request(path, { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  return text === '' ? null : JSON.parse(text);
}

// Reads server-sent events. EventSource cannot send the secret in a header.
async function stream(path, parameters, signal, onEvent) {
  const response = await request(withParameters(path, parameters), { signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }

    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1];
      if (name) {
        onEvent(name, JSON.parse(/^data: (.*)$/m.exec(block)[1]));
      }
    }
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(at(path), {
      ...options,
      headers: { 'Authorization': `Bearer ${secret}`, ...options.body && { 'Content-Type': 'application/json' } },
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (error) {
    throw error.name === 'AbortError' ? error : new Refusal(0, `The server cannot be reached (${error.message}).`);
  }

  if (!response.ok) {
    throw new Refusal(response.status, await reason(response));
  }

  return response;
}

async function reason(response) {
  const text = await response.text();
  try {
    return JSON.parse(text).detail ?? text;
  } catch {
    // A proxy says what it likes.
    return text || `The server answered ${response.status}.`;
  }
}

function withParameters(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
