import { addProjectConfiguration, logger, readJson, writeJson, type TargetConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import fc from 'fast-check';

import { imageGenerator } from './generator';
import { type ImageOptions } from './options/image-options';
import { ASSET_NAMES } from './static/asset-names';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

interface Image {
  readonly dependsOn: unknown;
  readonly options: Readonly<Record<string, unknown>> & { readonly layers: readonly { readonly from: string; readonly to: string }[] };
}

/** Runs the generator. @returns the image target that it wrote, and its output */
async function generate(options: Partial<ImageOptions> = {}): Promise<{ readonly image: Image; readonly printed: string }> {
  const done = await imageGenerator(tree, { project: 'web', ...options }, []);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  await done();
  const printed = info.mock.calls.join('\n');
  info.mockRestore();
  return { image: readJson<{ readonly targets: { readonly image: Image } }>(tree, 'apps/web/project.json').targets.image, printed };
}

const configuration = () => tree.read('apps/web/nginx.conf', 'utf8') ?? '';

function addProject(build: TargetConfiguration, files: Readonly<Record<string, string>> = {}): void {
  tree.delete('apps/web/project.json');
  addProjectConfiguration(tree, 'web', { root: 'apps/web', projectType: 'application', targets: { build } });
  for (const [file, text] of Object.entries(files)) tree.write(`apps/web/${file}`, text);
}

/** As Nx's generators for React make it: the plugin of Vite infers the build. */
function addVite(config = ''): void {
  const build = { executor: 'nx:run-commands', outputs: ['{projectRoot}/dist'], options: { command: 'vite build', cwd: 'apps/web' } };
  addProject(build, { 'index.html': '<div id="root"></div>', 'vite.config.mts': `export default { ${config} }` });
}

/** As Nx's generators for Angular make it. */
function addAngular(options: object = {}): void {
  addProject({
    executor: '@angular/build:application',
    outputs: ['{options.outputPath}'],
    defaultConfiguration: 'production',
    options: { outputPath: 'dist/apps/web', browser: 'apps/web/src/main.ts', ...options },
    configurations: { production: { outputHashing: 'all' } },
  });
}

describe('a page that Vite builds', () => {
  it('gets its files, and a server with a configuration beside its sources', async () => {
    addVite();
    const { image, printed } = await generate();
    expect(image).toMatchObject({
      dependsOn: ['build'],
      options: {
        engine: 'native',
        base: 'docker.io/nginxinc/nginx-unprivileged:stable-alpine-slim',
        platforms: ['linux/amd64', 'linux/arm64'],
        layers: [
          { from: 'apps/web/nginx.conf', to: '/etc/nginx/conf.d/default.conf' },
          { from: 'apps/web/dist', to: '/usr/share/nginx/html' },
        ],
        cmd: ['nginx', '-g', 'daemon off;'],
        user: '101:101',
        ports: [8080],
        stopSignal: 'SIGQUIT',
      },
    });
    expect(printed.split('\n').slice(0, 5)).toEqual([
      'apps/web/project.json: wrote the targets of web.',
      'Kind: static (Vite builds its index.html).',
      'Files: apps/web/dist (its target build).',
      'Server: nginx, configured in apps/web/nginx.conf, which is yours to change. It listens on port 8080.',
      'Caching: a year for names with a hash of their content; index.html and all others are fetched again.',
    ]);
  });

  it('listens on the requested port, on the requested base', async () => {
    addVite();
    const { image } = await generate({ port: 3000, base: 'registry.example.com/nginx:1' });
    expect(image.options).toMatchObject({ ports: [3000], base: 'registry.example.com/nginx:1' });
    expect(configuration()).toContain('listen 3000;');
  });

  it('keeps a configuration that was changed by hand, and the port in it', async () => {
    addVite();
    await generate();
    tree.write('apps/web/nginx.conf', configuration().replace('listen 8080;', 'listen 9090;'));
    const { image, printed } = await generate({ force: true });
    expect(configuration()).toContain('listen 9090;');
    expect(image.options).toMatchObject({ ports: [9090] });
    expect(printed).toContain('Server: nginx, configured in apps/web/nginx.conf, which was there and is kept. It listens on port 9090.');
  });

  it('is refused with a configuration of the whole server, which would not fit', async () => {
    addVite();
    tree.write('apps/web/nginx.conf', 'events {}\nhttp { server { listen 80; } }');
    await expect(generate()).rejects.toThrow(/apps\/web\/nginx\.conf configures all of nginx(.|\n)*→ keep the `server` block alone/);
  });

  it('is served below the path that its links begin with', async () => {
    addVite("base: '/shop/',");
    const { image } = await generate();
    expect(image.options.layers[1]).toEqual({ from: 'apps/web/dist', to: '/usr/share/nginx/html/shop' });
    expect(configuration()).toContain('try_files $uri $uri/index.html /shop/index.html;');
  });

  it('caches in the folder that its configuration names', async () => {
    addVite("build: { assetsDir: 'static' },");
    await generate();
    expect(configuration()).toContain('location ~ "/static/');
  });

  it('gets a warning about files of public/ whose names look hashed', async () => {
    addVite();
    tree.write('apps/web/public/assets/icon-DarkMode.png', '');
    tree.write('apps/web/public/assets/icon.png', '');
    const { printed } = await generate();
    expect(printed).toContain('Warning: browsers would keep apps/web/public/assets/icon-DarkMode.png for a year');
    expect(printed).not.toContain('icon.png for');
  });

  it('uses the built folder if its files are elsewhere', async () => {
    addVite();
    tree.write('apps/web/dist/client/index.html', '');
    await expect(generate()).rejects.toThrow('apps/web/dist holds no index.html → set --from to the folder that does');
    expect((await generate({ kind: 'static', from: 'apps/web/dist/client' })).image.options.layers[1]?.from).toBe('apps/web/dist/client');
  });

  it.each([
    ['a library', "build: { lib: { entry: 'src/index.ts' } },", {}],
    ['rendered on a server by nuxt', '', { nuxt: '4' }],
    ['rendered on a server by @sveltejs/kit', '', { '@sveltejs/kit': '2' }],
  ])('is not a static page if it is %s', async (_what, config, dependencies) => {
    addVite(config);
    writeJson(tree, 'apps/web/package.json', { name: 'web', dependencies });
    await expect(generate()).rejects.toThrow('Cannot give web an image');
  });
});

describe('an Angular app', () => {
  it('gets the folder for browsers from the output of its builder', async () => {
    addAngular();
    const { image, printed } = await generate();
    expect(image.options.layers[1]).toEqual({ from: 'dist/apps/web/browser', to: '/usr/share/nginx/html' });
    expect(printed).toContain('Kind: static (@angular/build:application builds its index.html).');
  });

  it.each([
    [{ outputPath: { base: 'dist/x', browser: '' } }, 'dist/x'],
    [{ outputPath: { base: 'dist/x', browser: 'page' } }, 'dist/x/page'],
    [{ outputPath: { base: 'dist/x' } }, 'dist/x/browser'],
    [{ outputPath: undefined }, 'dist/web/browser'],
  ])('with %j writes to %s', async (options, folder) => {
    addAngular(options);
    expect((await generate()).image.options.layers[1]?.from).toBe(folder);
  });

  it.each([
    [{ baseHref: '/shop/' }, '/usr/share/nginx/html/shop'],
    [{ baseHref: 'https://example.com/' }, '/usr/share/nginx/html'],
  ])('with %j is served from %s', async (options, folder) => {
    addAngular(options);
    expect((await generate()).image.options.layers[1]?.to).toBe(folder);
  });

  it('that renders on a server is refused, with alternatives', async () => {
    addAngular({ ssr: { entry: 'apps/web/src/server.ts' }, outputMode: 'server' });
    await expect(generate()).rejects.toThrow(/it renders pages on a server \(`ssr` of its build\)(.|\n)*`outputMode: "static"`/);
    addAngular({ ssr: { entry: 'apps/web/src/server.ts' }, outputMode: 'static' });
    expect((await generate()).image.options.layers[1]?.from).toBe('dist/apps/web/browser');
  });

  it('with a folder for each language is refused with the option to choose one', async () => {
    addAngular({ localize: ['de', 'fr'] });
    await expect(generate()).rejects.toThrow(/a folder for each language \(`localize`\) → set --from/);
    expect((await generate({ kind: 'static', from: 'dist/apps/web/browser/de' })).image.options.layers[1]?.from).toBe(
      'dist/apps/web/browser/de',
    );
  });
});

describe('a page that webpack or Rspack builds', () => {
  it.each([
    ['webpack', "new NxReactWebpackPlugin({}); new NxAppWebpackPlugin({ index: './src/index.html', target: 'web' })"],
    ['rspack', "new NxAppRspackPlugin({ index: './src/index.html' })"],
    ['webpack', 'new HtmlWebpackPlugin()'],
  ])('with %s and %s is static', async (tool, config) => {
    const build = { executor: 'nx:run-commands', outputs: ['{workspaceRoot}/dist/apps/web'], options: { command: `${tool} build` } };
    addProject(build, { [`${tool}.config.js`]: config });
    expect((await generate()).image.options.layers[1]).toEqual({ from: 'dist/apps/web', to: '/usr/share/nginx/html' });
    expect(configuration()).toContain('[0-9a-f]{16,}');
  });
});

describe('names with a hash of the content', () => {
  const extension = fc.constantFrom('.js', '.css', '.woff2', '.mjs', '.js.map');
  const name = fc.constantFrom('index', 'main', 'lazy-route', 'pdf.worker', 'vendor~x');

  it.each([
    [
      'vite',
      fc.tuple(
        fc.constantFrom('/assets/', '/shop/assets/'),
        name,
        fc.constant('-'),
        fc.stringMatching(/^[\w-]{8}$/).filter((text) => /[A-Z0-9_]/.test(text)),
      ),
    ],
    ['angular', fc.tuple(fc.constantFrom('/', '/media/'), name, fc.constant('-'), fc.stringMatching(/^[A-Z2-7]{8}$/))],
    ['webpack', fc.tuple(fc.constant('/'), name, fc.constant('.'), fc.stringMatching(/^[0-9a-f]{16}$/))],
    ['webpack', fc.tuple(fc.constant('/'), fc.constant(''), fc.constant(''), fc.stringMatching(/^[0-9a-f]{20}$/))],
    ['rsbuild', fc.tuple(fc.constant('/static/js/'), name, fc.constant('.'), fc.stringMatching(/^[0-9a-f]{8}$/))],
  ] as const)('of %s are kept for a year', (tool, parts) => {
    fc.assert(
      fc.property(parts, extension, (path, end) => {
        expect(`${path.join('')}${end}`).toMatch(new RegExp(ASSET_NAMES[tool].pattern));
      }),
    );
  });

  it.each([
    '/index.html',
    '/favicon.ico',
    '/logo-darkblue.svg',
    '/bootstrap-datepicker.js',
    '/report.20240101.json',
    '/assets/logo.png',
    '/assets/hero-backdrop.jpg',
  ])('do not include %s', (path) => {
    for (const { pattern } of Object.values(ASSET_NAMES)) expect(path).not.toMatch(new RegExp(pattern));
  });
});
