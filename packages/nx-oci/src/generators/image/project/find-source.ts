import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { buildOf } from './build-of';

const NAMES = ['main', 'index', 'server', 'app'].flatMap((name) => [
  `${name}.ts`,
  `${name}.mts`,
  `${name}.cts`,
  `${name}.js`,
  `${name}.mjs`,
]);

/** The main source file of a project, relative to the workspace root: from its build, else by the usual names. */
export function findSource(app: Pick<App, 'tree' | 'project' | 'name'>): string | undefined {
  const { tree, project } = app;
  const { options, config } = buildOf(app);
  const named = [options['main'], options['entry']].filter((value) => typeof value === 'string');
  const [, configured] = /\b(?:main|entry):\s*['"]([^'"]+)['"]/.exec(config ?? '') ?? [];
  const candidates = [
    ...named,
    ...(configured === undefined ? [] : [joinPathFragments(project.root, configured)]),
    ...['src', '.'].flatMap((folder) => NAMES.map((name) => joinPathFragments(project.root, folder, name))),
  ];
  return candidates.find((file) => tree.exists(file) && tree.isFile(file));
}
