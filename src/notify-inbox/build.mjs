// Builds the scripts of the package into a folder: dist, or the first argument.
import { build, transform } from 'esbuild';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';

const home = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(home, 'dist'));

// Style sheets become minified texts. In the values of custom properties, esbuild leaves the spaces.
const css = {
  name: 'css',
  setup: (plugin) => plugin.onLoad({ filter: /\.css$/ }, async ({ path }) => {
    const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
    return { contents: code.trim().replace(/([:,]) /g, '$1'), loader: 'text' };
  }),
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
  // What a page of another origin copies to its own: a shared worker must be there.
  { entryPoints: ['src/worker.ts'], format: 'iife', outfile: join(folder, 'worker.js') },
  // The languages, which the element loads when a page asks for them.
  {
    entryPoints: (await readdir(join(home, 'src/locale'))).map((name) => `src/locale/${name}`),
    format: 'esm', outdir: join(folder, 'locale'),
  },
];

const common = { absWorkingDir: home, bundle: true, minifySyntax: true, target: 'es2022', legalComments: 'none', logLevel: 'warning' };

// esbuild bundles; terser makes the smaller scripts. A third pass would inline more, and compress worse.
async function write(bundle) {
  const { outputFiles } = await build({ ...common, ...bundle, write: false });
  for (const { path, text } of outputFiles) {
    const { code } = await minify(text, { ecma: 2022, module: true, compress: { passes: 2 } });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);
  }
}

await Promise.all(bundles.map(write));
