import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { buildOf } from '../project/build-of';

const EXECUTORS = /^@(?:nx-go\/nx-go|monodon\/rust|naxodev\/gonx):build/;
const COMMANDS = /\b(?:go|cargo) build\b/;
const MANIFESTS = ['go.mod', 'main.go', 'Cargo.toml'];

/** The sign that a project is a program that needs no interpreter. */
export function detectBinary(app: App): string | undefined {
  const { tree, project } = app;
  if (project.projectType === 'library') return undefined;
  const { target, options } = buildOf(app);
  if (EXECUTORS.test(target?.executor ?? '')) return `its build is ${target?.executor ?? ''}`;
  const [command] = COMMANDS.exec(JSON.stringify([options['command'], options['commands']])) ?? [];
  if (command !== undefined) return `its build runs ${command}`;
  return MANIFESTS.map((name) => joinPathFragments(project.root, name)).find((file) => tree.exists(file));
}
