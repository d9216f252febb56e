import { type GeneratorCallback, type NxJsonConfiguration, type Tree } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import { REGISTRIES_FILE, writtenFlag } from '@nx-oci/publish';
import { z } from 'zod';

import { getProjects, NX_VERSION, readNxJson, updateNxJson } from '../../nx/devkit';
import { formatFiles } from '../../nx/format-files';
import { requireSupportedNx } from '../../nx/supported-version';
import { findImages } from '../find-images';
import { findPackageManager } from '../find-package-manager';
import { reportResult } from '../report-result';
import { readResolvedProjects, type ResolvedProjects } from '../resolved-projects';
import { withHints } from '../with-hints';
import { addDependency } from './add-dependency';
import { describeProjects } from './describe-projects';
import { findInferredProjects } from './inferred-projects';
import { proposeTagForm } from './propose-tag-form';
import { describeFound, nextSteps, readWorkspaceState } from './next-steps';
import { starterFor } from './starter';
import { writeResolved } from './write-resolved';

const PLUGIN = 'nx-oci';

/** The options of `nx g nx-oci:init`. */
export const initOptionsSchema = z.object({
  keepExistingVersions: writtenFlag.optional().meta({
    description: 'Leave the version of nx-oci in package.json as it is. Set by `nx add`.',
    'x-priority': 'internal',
    default: false,
  }),
});

export type InitOptions = Readonly<z.output<typeof initOptionsSchema>>;

/**
 * Prepares a workspace; keeps existing settings. Runs after `nx add nx-oci`.
 *
 * @throws Error if this version of Nx is not supported; then nothing was changed
 */
export function initGenerator(tree: Tree, _options: InitOptions = {}): Promise<GeneratorCallback> {
  return withHints(async () => {
    requireSupportedNx(NX_VERSION);
    const { exec } = findPackageManager(tree);
    const resolved = await readResolvedProjects(tree);
    const plugins = registerPlugin(tree);
    if (!tree.exists(REGISTRIES_FILE)) tree.write(REGISTRIES_FILE, starterFor(exec));
    ignoreGenerated(tree);
    const install = addDependency(tree, PLUGIN);
    const projects = await findInferredProjects(tree, resolved, plugins.includes(PLUGIN));
    writeResolved(tree, projects);
    const named = namedProjects(tree, resolved);
    const proposal = await proposeTagForm(tree, readNxJson(tree) ?? {}, named);
    const images = await findImages(tree, plugins.includes(PLUGIN) ? resolved : undefined);
    const state = await readWorkspaceState(tree, images, resolved ?? Object.fromEntries(getProjects(tree)));
    await formatFiles(tree);
    return reportResult(
      [
        ...describeFound(state),
        ...describeProjects(projects, plugins, exec),
        ...(proposal === undefined ? [] : [proposal]),
        nextSteps(state, exec),
      ],
      async () => {
        await install();
      },
    );
  });
}

export default initGenerator;

/** All projects, as resolved by Nx; if that fails, those of files. */
function namedProjects(tree: Tree, resolved: ResolvedProjects | undefined): readonly { readonly name: string; readonly root: string }[] {
  const found = resolved === undefined ? [...getProjects(tree)] : Object.entries(resolved);
  return found.map(([name, { root }]) => ({ name, root }));
}

/** @returns the plugins before the change */
function registerPlugin(tree: Tree): readonly string[] {
  const nxJson: NxJsonConfiguration = readNxJson(tree) ?? {};
  const plugins = nxJson.plugins ?? [];
  if (!Array.isArray(plugins)) {
    throw new OciError('CONFIGURATION_INVALID', 'Cannot register the plugin: `plugins` of nx.json is not a list.', {
      hint: 'Nothing was written. Make it a list, such as `"plugins": []`, and run again.',
    });
  }
  const names = plugins.map((plugin) => (typeof plugin === 'string' ? plugin : plugin.plugin));
  if (!names.includes(PLUGIN)) updateNxJson(tree, { ...nxJson, plugins: [...plugins, PLUGIN] });
  return names;
}

// Images are written to dist/images, Nx keeps its data in .nx, and the starter's local registry is in tmp. Git must ignore all of
// them: otherwise the working tree would count as changed.
const GENERATED: readonly { readonly folder: string; readonly isIgnoredBy: RegExp }[] = [
  { folder: 'dist', isIgnoredBy: /^(?:\*\*\/|\/)?dist(?:\/(?:\*\*?)?)?$/ },
  // Nx itself writes one line for each folder below it.
  { folder: '.nx', isIgnoredBy: /^\/?\.nx(?:\/|$)/ },
  { folder: 'tmp', isIgnoredBy: /^(?:\*\*\/|\/)?tmp(?:\/(?:\*\*?)?)?$/ },
];

function ignoreGenerated(tree: Tree): void {
  const text = tree.read('.gitignore', 'utf8') ?? '';
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const missing = GENERATED.filter(({ isIgnoredBy }) => !lines.some((line) => isIgnoredBy.test(line)));
  if (missing.length === 0) return;
  const added = missing.map(({ folder }) => `${folder}\n`).join('');
  tree.write('.gitignore', text === '' || text.endsWith('\n') ? text + added : `${text}\n${added}`);
}
