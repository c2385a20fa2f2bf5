// Bundles the example of the bell for a framework, with a page's start of it, as a build of the framework does:
// node bundle-bell-example.mjs react|vue|angular
import { formatDiagnostics, performCompilation } from '@angular/compiler-cli';
import { build } from 'esbuild';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  angular: "import 'angular';",
};

// Without a build of the packages of Angular, they need its compiler in the page.
const angularPage = `
  import '@angular/compiler';
  import { APP_BASE_HREF } from '@angular/common';
  import { Component, inject, provideZonelessChangeDetection } from '@angular/core';
  import { bootstrapApplication } from '@angular/platform-browser';
  import { NavigationStart, provideRouter, Router } from '@angular/router';
  import { BellComponent } from './bell.component';

  interface Settings { url: string; notificationKey: string; getToken(): Promise<string>; onFollow(address: string): void }
  const settings = (window as unknown as { settings: Settings }).settings;

  @Component({
    selector: '#app',
    imports: [BellComponent],
    template: '<app-bell [url]="settings.url" [notificationKey]="settings.notificationKey" [getToken]="settings.getToken" />',
  })
  class Page {
    readonly settings = settings;

    constructor() {
      inject(Router).events.subscribe(event => event instanceof NavigationStart && settings.onFollow(event.url));
    }
  }

  const providers = [
    provideZonelessChangeDetection(), provideRouter([{ path: '**', children: [] }]), { provide: APP_BASE_HREF, useValue: '/' },
  ];
  void bootstrapApplication(Page, { providers });`;

const angular = {
  name: 'angular',
  setup: plugin => plugin.onLoad({ filter: /.*/, namespace: 'angular' }, async () => {
    // Below the packages, where the compiler finds what the component imports.
    await mkdir(join(modules, '.cache'), { recursive: true });
    const folder = await mkdtemp(join(modules, '.cache', 'angular-bell-'));
    try {
      await copyFile(`${examples}angular/bell.component.ts`, join(folder, 'bell.component.ts'));
      await writeFile(join(folder, 'page.ts'), angularPage);
      const { diagnostics } = performCompilation({
        rootNames: [join(folder, 'bell.component.ts'), join(folder, 'page.ts')],
        // The numbers are those of TypeScript: ES2022 twice, and the resolution of bundlers.
        options: { strict: true, strictTemplates: true, skipLibCheck: true, target: 9, module: 7, moduleResolution: 100 },
      });
      if (diagnostics.length > 0) throw new Error(formatDiagnostics(diagnostics));
      const { outputFiles: [{ text }] } = await build({
        entryPoints: [join(folder, 'page.js')], bundle: true, write: false, format: 'esm', nodePaths: [modules],
      });
      return { contents: text };
    } finally {
      await rm(folder, { recursive: true });
    }
  }),
};
const angularEntry = {
  name: 'angular entry',
  setup: plugin => plugin.onResolve({ filter: /^angular$/ }, () => ({ path: 'angular', namespace: 'angular' })),
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
  bundle: true, write: false, format: 'esm', jsx: 'automatic', nodePaths: [modules], plugins: [components, angularEntry, angular],
  define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
});
process.stdout.write(text);
