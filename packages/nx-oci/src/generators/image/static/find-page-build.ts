import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { buildOf, readText, type Build } from '../project/build-of';
import { ASSET_NAMES, viteNames, type AssetNames, type Bundler } from './asset-names';

/** A build that writes an index.html and the files that it loads. */
export interface PageBuild {
  /** The tool. */
  readonly tool: string;
  readonly assets: AssetNames;
  /** The path of the page in the output folder; empty if it is that folder. */
  readonly below: string;
  /** The base of links in the page, such as `/shop`; empty for the root of a host. */
  readonly prefix: string;
}

const ANGULAR = /^@(?:angular\/build|angular-devkit\/build-angular|nx\/angular):(?:application|browser-esbuild)$/;
const ANGULAR_WEBPACK = /^@(?:angular-devkit\/build-angular:browser|nx\/angular:webpack-browser)$/;
const PAGE_PLUGINS = /\b(?:NxReact(?:Webpack|Rspack)Plugin|Html(?:Webpack|Rspack)Plugin)\b|\bindex:\s*['"]/;

/** The tool that builds the page of a project; undefined if none is detected. */
export function findPageBuild(app: App): PageBuild | undefined {
  const build = buildOf(app);
  const executor = build.target?.executor ?? '';
  if (ANGULAR.test(executor)) return angularBuild(build, executor);
  if (ANGULAR_WEBPACK.test(executor))
    return { tool: executor, assets: ASSET_NAMES.webpack, below: '', prefix: prefixOf(build.options['baseHref']) };
  const command = commandOf(app, build);
  if (executor === '@nx/vite:build' || /\bvite build\b(?!.*--ssr)/.test(command)) return viteBuild(app, build);
  if (/\brsbuild build\b/.test(command) || executor === '@nx/rsbuild:build') return bundled('rsbuild', build);
  const bundler = bundlerOf(executor, command);
  return bundler !== undefined && isPage(build) ? bundled(bundler, build) : undefined;
}

function angularBuild({ options }: Build, tool: string): PageBuild {
  const written = options['outputPath'];
  const browser = typeof written === 'object' && written !== null && 'browser' in written ? written.browser : undefined;
  // The builder with the older name writes to `outputPath` itself.
  const below = typeof browser === 'string' ? browser : tool.endsWith(':browser-esbuild') ? '' : 'browser';
  return { tool, assets: ASSET_NAMES.angular, below, prefix: prefixOf(options['baseHref']) };
}

function viteBuild({ tree, project }: App, { config = '', options }: Build): PageBuild | undefined {
  const isLibrary = /\blib:\s*\{/.test(config);
  if (isLibrary || /\bssr:\s*(?:true|['"])/.test(config) || !tree.exists(joinPathFragments(project.root, 'index.html'))) return undefined;
  const [, folder = 'assets'] = /\bassetsDir:\s*['"]([^'"]+)['"]/.exec(config) ?? [];
  const [, base] = /\bbase:\s*['"]([^'"]*)['"]/.exec(config) ?? [];
  return { tool: 'Vite', assets: viteNames(folder), below: '', prefix: prefixOf(options['base'] ?? base) };
}

function bundlerOf(executor: string, command: string): 'webpack' | 'rspack' | undefined {
  const [found] = /\b(?:webpack|rspack)\b/.exec(`${executor} ${command}`) ?? [];
  return found === 'webpack' || found === 'rspack' ? found : undefined;
}

/** Excludes programs for Node, which the same bundlers build. */
function isPage({ options, config = '' }: Build): boolean {
  const isForNode = options['target'] === 'node' || /\btarget:\s*['"](?:async-)?node/.test(config);
  return !isForNode && (typeof options['index'] === 'string' || PAGE_PLUGINS.test(config));
}

function bundled(bundler: Bundler, { options, config = '' }: Build): PageBuild {
  const assets = ASSET_NAMES[bundler];
  const [, base] = /\b(?:baseHref|assetPrefix):\s*['"]([^'"]*)['"]/.exec(config) ?? [];
  return { tool: assets.bundler, assets, below: '', prefix: prefixOf(options['baseHref'] ?? base) };
}

/** The command of a build, or the script of package.json that it runs. */
function commandOf({ tree, project }: App, { target, options }: Build): string {
  const { command, commands, script } = options;
  if (target?.executor === 'nx:run-script') {
    const text = readText(tree, joinPathFragments(project.root, 'package.json')) ?? '{}';
    const { scripts } = JSON.parse(text) as { readonly scripts?: Readonly<Record<string, string>> };
    return scripts?.[typeof script === 'string' ? script : 'build'] ?? '';
  }
  return JSON.stringify([command, commands]);
}

/** `/shop/` → `/shop`; empty for a page for any folder (`./`) or another host. */
function prefixOf(base: unknown): string {
  return typeof base === 'string' && /^\/[\w./-]*$/.test(base) && !base.includes('..') ? base.replace(/\/+$/, '') : '';
}
