import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { lastingPort } from '../lib/ports.js';
import { Server } from '../lib/server.js';
import { SECRET, token } from '../lib/tokens.js';

const authorization = { authorization: 'Bearer NOTIFICATION_SECRET' };
const skipped = ['/ws', '/events'];

/** The operations of the document: path, method, and what is said of them. */
const operations = document => Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })));

/** A validator of the schema of an answer, which may refer to others of the document. */
function schemaOf(document, response) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'notify', ...document });
  const known = response.$ref ? document.components.responses[response.$ref.split('/').at(-1)] : response;
  const [[type, { schema } = {}] = []] = Object.entries(known.content ?? {});
  const absolute = value => Array.isArray(value) ? value.map(absolute)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, name === '$ref' ? `notify${part}` : absolute(part)]))
      : value;
  return { type, validate: schema && ajv.compile(absolute(schema)), ajv };
}

/** Refuses members that the document does not describe. */
function closed(document) {
  const copy = structuredClone(document);
  for (const schema of Object.values(copy.components.schemas)) {
    if (schema.type === 'object' && schema.additionalProperties === undefined) {
      schema.additionalProperties = false;
    }
  }
  return copy;
}

describe('the description of the API', { timeout: 600_000 }, () => {
  let server, document;

  before(async () => {
    server = await Server.start(await lastingPort(), { NOTIFY_TOKEN_SECRET: SECRET, NOTIFY_SECRETS: '' });
    document = await (await fetch(`${server.url}/openapi/v1.json`)).json();
  });
  after(() => server?.kill());

  /** Calls an operation with its examples. */
  async function call({ path, method, parameters = [], requestBody }, changes = {}) {
    const given = parameters.filter(({ in: place, required, example }) => place === 'query' && (required || example !== undefined));
    const query = new URLSearchParams(given.map(({ name, example }) => [name, changes[name] ?? example ?? name]));
    const body = requestBody?.content['application/json'].example;
    const identity = path.startsWith('/inbox') ? { authorization: `Bearer ${token({ sub: '42' })}` } : authorization;
    return fetch(`${server.url}${path}?${query}`, {
      method, redirect: 'manual', headers: { ...identity, ...body && { 'content-type': 'application/json' } }, body: body && JSON.stringify(body),
    });
  }

  async function check(operation, response) {
    const described = operation.responses[response.status];
    assert.ok(described, `${operation.method} ${operation.path} answers ${response.status}, which is not described: ${await response.clone().text()}`);
    const { type, validate, ajv } = schemaOf(closed(document), described);
    assert.equal(response.headers.get('content-type')?.split(';')[0], type, `${operation.path} ${response.status}`);
    const text = await response.text();
    if (validate && type.includes('json')) {
      assert.ok(validate(JSON.parse(text)), `${operation.method} ${operation.path}: ${ajv.errorsText(validate.errors)}\n${text}`);
    }
  }

  test('is valid OpenAPI 3.1, of this version', async () => {
    const result = await new Validator().validate(structuredClone(document));
    assert.ok(result.valid, JSON.stringify(result.errors, null, 1));
    assert.ok(document.openapi.startsWith('3.1'));
    const version = /<VersionPrefix>(.*)<\/VersionPrefix>/.exec(readFileSync(new URL('../../../Directory.Build.props', import.meta.url), 'utf8'))[1];
    assert.equal(document.info.version, version);
    const ids = operations(document).map(({ operationId }) => operationId);
    assert.equal(new Set(ids).size, ids.length);
  });

  test('says of each operation what it answers', async () => {
    // Something to describe: a channel with a notification, and a connection.
    const published = await fetch(`${server.url}/api/notifications`, {
      method: 'POST', headers: { ...authorization, 'content-type': 'application/json' },
      body: '{"channels":["news","user:42"],"notification":{"url":"/posts/9"}}',
    });
    const { results: [, { epoch }] } = await published.json();
    const stream = new AbortController();
    await fetch(`${server.url}/events?channel=news&key=NOTIFICATION_KEY`, { signal: stream.signal });
    const { connections: [{ connection }] } = await (await fetch(`${server.url}/api/connections`, { headers: authorization })).json();
    // A revocation also refuses the tokens of its own second, so it comes last.
    const called = operations(document).filter(({ path }) => !skipped.includes(path) && path !== '/api/tail')
      .toSorted((one, other) => (one.path === '/api/revoke') - (other.path === '/api/revoke'));
    for (const operation of called) {
      const response = await call(operation, { id: connection, epoch });
      // NOTIFICATION_SECRET does not have the scope tokens.
      assert.equal(response.status, operation.path === '/api/tokens' ? 403 : Number(Object.keys(operation.responses)[0]), `${operation.method} ${operation.path}: ${await response.clone().text()}`);
      await check(operation, response);
    }
    stream.abort();
  });

  test('says of each operation below /api that it needs a secret, and how a wrong one is refused', async () => {
    for (const operation of operations(document).filter(({ path }) => path.startsWith('/api/'))) {
      const response = await fetch(`${server.url}${operation.path}`, { method: operation.method, headers: { authorization: 'Bearer wrong' } });
      assert.ok([401, 429].includes(response.status), `${operation.path} answers ${response.status}`);
      await check(operation, response);
    }
  });

  test('names the parameters of each query', async () => {
    for (const operation of operations(document).filter(({ path, method }) => path.startsWith('/api/') && method === 'GET' && path !== '/api/observed')) {
      const response = await fetch(`${server.url}${operation.path}?unknown=1`, { headers: authorization });
      const { detail } = await response.clone().json();
      const named = /the parameters are (.*)\.$/.exec(detail)?.[1].split(', ') ?? [];
      assert.deepEqual({ path: operation.path, parameters: (operation.parameters ?? []).map(({ name }) => name).sort() }, { path: operation.path, parameters: named.sort() });
      await check(operation, response);
    }
  });

  test('knows every endpoint below /api', async () => {
    const described = new Set(operations(document).map(({ method, path }) => `${method} ${path}`));
    const folder = new URL('../../../src/Notify.Server/Api/', import.meta.url);
    const mapped = readdirSync(folder).filter(name => name.endsWith('.cs')).flatMap(name =>
      [...readFileSync(new URL(name, folder), 'utf8').matchAll(/\.Map(Get|Post|Delete|Methods)\("(\/[a-z/]+)"/g)].map(([, verb, path]) =>
        `${verb === 'Methods' ? 'GET' : verb.toUpperCase()} /api${path}`));
    assert.ok(mapped.length > 15, `${mapped}`);
    assert.deepEqual(mapped.filter(endpoint => !described.has(endpoint)), []);
    assert.deepEqual([...described].filter(endpoint => endpoint.includes('/api/') && !mapped.includes(endpoint)), []);
  });
});
