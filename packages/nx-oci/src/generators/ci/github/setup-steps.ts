import { type Pipeline } from '../pipeline/pipeline';
import { quote } from '../pipeline/quote';
import { PINNED_ACTIONS } from './pinned-actions';

type Toolchain = Pick<Pipeline, 'packageManager' | 'node' | 'folder'>;

/** The steps that bring Node, the package manager, and what the workspace depends on, as lines. */
export function setupSteps({ packageManager, node, folder }: Toolchain): readonly string[] {
  const inFolder = (file: string): string => (folder === '' ? file : quote(`${folder}/${file}`));
  const lockFile = packageManager.name === 'bun' ? undefined : packageManager.lockFile;
  return [
    ...packageManagerSteps(packageManager, inFolder),
    `- uses: ${PINNED_ACTIONS.setupNode}`,
    '  with:',
    node.file === undefined ? `    node-version: ${node.version}` : `    node-version-file: ${inFolder(node.file)}`,
    // The action looks for a lock file, and fails without one.
    ...(lockFile === undefined ? [] : [`    cache: ${packageManager.name}`]),
    ...(lockFile === undefined || folder === '' ? [] : [`    cache-dependency-path: ${inFolder(lockFile)}`]),
    `- run: ${packageManager.install}`,
  ];
}

/** Before setup-node, which asks the package manager where its cache is. */
function packageManagerSteps(
  { name, isPinned, major, needsCorepack }: Pipeline['packageManager'],
  inFolder: (file: string) => string,
): readonly string[] {
  if (name === 'bun') return [`- uses: ${PINNED_ACTIONS.setupBun}`];
  if (name === 'yarn') return needsCorepack ? ['- run: corepack enable'] : [];
  if (name === 'npm') return [];
  const manifest = inFolder('package.json');
  const pnpmVersion = (): readonly string[] => {
    if (!isPinned) return ['  with:', `    version: ${String(major)}`];
    return manifest === 'package.json' ? [] : ['  with:', `    package_json_file: ${manifest}`];
  };
  // The action refuses a version beside that of package.json.
  return [`- uses: ${PINNED_ACTIONS.setupPnpm}`, ...pnpmVersion()];
}
