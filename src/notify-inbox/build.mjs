// Builds the scripts of the package into a folder: dist, or the first argument.
import { build, transform } from 'esbuild';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(home, 'dist'));

// Style sheets become minified texts.
const css = {
  name: 'css',
  setup: (plugin) => plugin.onLoad({ filter: /\.css$/ }, async ({ path }) =>
    ({ contents: (await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true })).code.trim(), loader: 'text' })),
};

// The element alone imports the client from beside it.
const beside = {
  name: 'client beside',
  setup: (plugin) => plugin.onResolve({ filter: /\/core\.js$/ }, () => ({ path: './notify.js', external: true })),
};

const bundles = [
  { entryPoints: ['src/core.ts'], format: 'esm', outfile: join(folder, 'notify.js') },
  { entryPoints: ['src/bell/bell.ts'], format: 'esm', outfile: join(folder, 'bell.js'), plugins: [css, beside] },
  // Both, for a script element. A script that is not a module has no address by `import.meta`: it asks for the address of its element.
  {
    entryPoints: ['src/bell/bell.ts'], format: 'iife', outfile: join(folder, 'notify-bell.min.js'), plugins: [css],
    define: { 'import.meta.url': '""' },
  },
  // The languages, which the element loads when a page asks for them.
  {
    entryPoints: (await readdir(join(home, 'src/locale'))).map((name) => `src/locale/${name}`),
    format: 'esm', outdir: join(folder, 'locale'),
  },
];

const common = { absWorkingDir: home, bundle: true, minify: true, target: 'es2022', legalComments: 'none', logLevel: 'warning' };
await Promise.all(bundles.map((bundle) => build({ ...common, ...bundle })));
