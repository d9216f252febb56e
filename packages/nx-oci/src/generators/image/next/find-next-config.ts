import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { buildOf, readText } from '../project/build-of';

/** The configuration of a Next app. */
export interface NextConfig {
  /** From the workspace root; if there is none, the file to create. */
  readonly file: string;
  /** Without its comments. */
  readonly text: string;
  /** The sign that the project is a Next app. */
  readonly sign: string;
}

const NAMES = ['next.config.js', 'next.config.mjs', 'next.config.ts', 'next.config.cjs', 'next.config.mts'];

/** The sign that a project is a Next app, and how it is configured; undefined for others. */
export function findNextConfig(app: App): NextConfig | undefined {
  const { tree, project } = app;
  const file = NAMES.map((name) => joinPathFragments(project.root, name)).find((path) => tree.exists(path));
  if (file !== undefined) return { file, text: withoutComments(readText(tree, file) ?? ''), sign: file };
  const { target } = buildOf(app);
  if (target?.executor !== '@nx/next:build') return undefined;
  return { file: joinPathFragments(project.root, 'next.config.js'), text: '', sign: 'its build is @nx/next:build' };
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|[\s,;{}()])\/\/.*$/gm, '$1');
}
