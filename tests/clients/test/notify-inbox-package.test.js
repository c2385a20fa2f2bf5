import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { run } from '../lib/run.js';

const source = fileURLToPath(new URL('../../../src/notify-inbox', import.meta.url));
const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));

let folder;
before(() => {
  // Below the packages, where the build finds its tools.
  mkdirSync(join(modules, '.cache'), { recursive: true });
  folder = mkdtempSync(join(modules, '.cache', 'notify-inbox-'));
  cpSync(source, join(folder, 'source'), { recursive: true, filter: path => !['node_modules', 'dist'].includes(basename(path)) });
});
after(() => rmSync(folder, { recursive: true }));

async function succeeds(...command) {
  const { code, stdout, stderr } = await run(command, {});
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

test('the package is packed with its scripts and types, and a program in TypeScript uses it', async t => {
  const home = join(folder, 'source');
  const packed = await succeeds('npm', 'pack', '--json', '--prefix', home, '--pack-destination', folder, home);

  // The build before it writes to the same output.
  const [{ filename, files }] = JSON.parse(packed.slice(packed.indexOf('[\n')));
  const names = files.map(({ path }) => path);
  for (const name of ['dist/notify.js', 'dist/bell.js', 'dist/notify-bell.min.js', 'dist/worker.js', 'dist/locale/de.js',
    'dist/types/core.d.ts']) {
    assert.ok(names.includes(name), `${name} is not in ${names}`);
  }

  const largest = { 'notify.js': 8192, 'bell.js': 9216, 'notify-bell.min.js': 16_384 };
  for (const [name, most] of Object.entries(largest)) {
    const { length } = gzipSync(readFileSync(join(home, 'dist', name)), { level: 9 });
    t.diagnostic(`${name}: ${length} bytes`);
    assert.ok(length <= most, `${name}: ${length} bytes`);
  }

  const installed = join(folder, 'node_modules', 'notify-inbox');
  mkdirSync(installed, { recursive: true });
  await succeeds('tar', '-xzf', join(folder, filename), '--strip-components=1', '-C', installed);
  writeFileSync(join(folder, 'program.ts'), `
    import { connect } from 'notify-inbox';
    import 'notify-inbox/bell';
    const inbox = connect({ url: 'http://localhost:3000', token: async () => 'token', follow: ['announce:all'] });
    const unread: number = inbox.getSnapshot().unread;
    inbox.on('toast', (item) => inbox.markRead({ upTo: item }));
    // @ts-expect-error: there is no such mark.
    inbox.markRead('all');
    document.querySelector('notify-bell')!.inbox = inbox;
    console.log(unread);
  `);
  await succeeds(
    'node', join(modules, 'typescript', 'bin', 'tsc'), '--strict', '--noEmit', '--target', 'es2022', '--module', 'es2022',
    '--moduleResolution', 'bundler', join(folder, 'program.ts'),
  );
  assert.equal(typeof (await import(pathToFileURL(join(installed, 'dist', 'notify.js')))).connect, 'function');
});
