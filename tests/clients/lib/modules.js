import { build } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const source = fileURLToPath(new URL('../../../src/notify-inbox/src/', import.meta.url));

/** Bundles modules of the inbox client, which are TypeScript, as its package does. */
async function bundle(...names) {
  const contents = names.map(name => `export * from './${name}.js';`).join('\n');
  const stdin = { contents, resolveDir: source, loader: 'ts' };
  const options = { bundle: true, minify: true, format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'warning' };
  const { outputFiles: [file] } = await build({ stdin, ...options, write: false });
  return file.contents;
}

/** Bundles modules and imports them. Returns everything that they export. */
export async function importModules(...names) {
  const folder = mkdtempSync(join(tmpdir(), 'notify-modules-'));
  try {
    const file = join(folder, 'modules.mjs');
    writeFileSync(file, await bundle(...names));
    return await import(pathToFileURL(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
