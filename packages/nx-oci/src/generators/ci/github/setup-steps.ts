import { type Pipeline } from '../pipeline';
import { PINNED_ACTIONS } from './pinned-actions';

type Toolchain = Pick<Pipeline, 'packageManager' | 'node'>;

/** The steps that bring Node, the package manager, and what the workspace depends on, as lines. */
export function setupSteps({ packageManager, node }: Toolchain): readonly string[] {
  return [
    ...packageManagerSteps(packageManager),
    `- uses: ${PINNED_ACTIONS.setupNode}`,
    '  with:',
    node.file === undefined ? `    node-version: ${node.version}` : `    node-version-file: ${node.file}`,
    // The action looks for a lock file, and fails without one.
    ...(packageManager.lockFile === undefined || packageManager.name === 'bun' ? [] : [`    cache: ${packageManager.name}`]),
    `- run: ${packageManager.install}`,
  ];
}

/** Before setup-node, which asks the package manager where its cache is. */
function packageManagerSteps({ name, isPinned, major, needsCorepack }: Pipeline['packageManager']): readonly string[] {
  if (name === 'bun') return [`- uses: ${PINNED_ACTIONS.setupBun}`];
  if (name === 'yarn') return needsCorepack ? ['- run: corepack enable'] : [];
  if (name === 'npm') return [];
  // The action refuses a version beside that of package.json.
  return [`- uses: ${PINNED_ACTIONS.setupPnpm}`, ...(isPinned ? [] : ['  with:', `    version: ${String(major)}`])];
}
