// Bundles the example of the bell for a framework, with a page's start of it, as a build of the framework does: node bundle-bell-example.mjs react|vue
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileScript, parse } from 'vue/compiler-sfc';

const examples = fileURLToPath(new URL('../../../config/examples/bell/', import.meta.url));
const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

const starts = {
  react: `
    import { createElement } from 'react';
    import { createRoot } from 'react-dom/client';
    import { Bell } from '${examples}react/Bell.jsx';
    createRoot(document.getElementById('app')).render(createElement(Bell, { url, notificationKey, getToken, onFollow }));`,
  vue: `
    import { createApp } from 'vue';
    import Bell from '${examples}vue/Bell.vue';
    createApp(Bell, { url, notificationKey, getToken, onFollow }).mount('#app');`,
};

const components = {
  name: 'components',
  setup: plugin => plugin.onLoad({ filter: /\.vue$/ }, async ({ path }) => {
    const { descriptor } = parse(await readFile(path, 'utf8'), { filename: path });
    const templateOptions = { compilerOptions: { isCustomElement: tag => tag.includes('-') } };
    return { contents: compileScript(descriptor, { id: 'bell', inlineTemplate: true, templateOptions }).content };
  }),
};

const { outputFiles: [{ text }] } = await build({
  stdin: { contents: `const { url, notificationKey, getToken, onFollow } = window.settings;${starts[process.argv[2]]}`, resolveDir: examples },
  bundle: true, write: false, format: 'esm', jsx: 'automatic', nodePaths: [modules], plugins: [components],
  define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
});
process.stdout.write(text);
