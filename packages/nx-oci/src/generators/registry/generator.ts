import { isUtf8 } from 'node:buffer';

import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import { loadRegistries, printable, REGISTRIES_FILE } from '@nx-oci/publish';

import { logger } from '../../nx/devkit';
import { formatAddition } from '../../nx/format-files';
import { ask } from '../ask';
import { findPackageManager } from '../find-package-manager';
import { registriesHeader } from '../registries-header';
import { isDryRun, reportResult } from '../report-result';
import { readResolvedProjects, type ResolvedProjects } from '../resolved-projects';
import { readTypedPartly } from '../typed-options';
import { withHints } from '../with-hints';
import { addRegistry } from './add-registry';
import { checkEntry } from './check-entry';
import { describeCommand } from './describe-command';
import { describeResult } from './describe-result';
import { findImageNames } from './image-names';
import { normalizeOptions, type NormalizedRegistryOptions } from './normalize-options';
import { registryOptionsSchema, type RegistryOptions } from './registry-options';

/** The world around the generator. */
interface RegistryContext {
  /** The command line of the process. */
  readonly argv?: readonly string[];
  readonly ask?: typeof ask;
  readonly readProjects?: typeof readResolvedProjects;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Adds a registry to registries.yaml, says how to log in to it, and tries it with `--check`. A second run changes nothing.
 *
 * @returns a callback for the time when the tree is written: it prints, and fails if the check does
 */
export function registryGenerator(tree: Tree, written: RegistryOptions, context: RegistryContext = {}): Promise<GeneratorCallback> {
  const { argv = process.argv, env = process.env, readProjects = readResolvedProjects } = context;
  return withHints(async () => {
    const { exec } = findPackageManager(tree);
    const read = readTypedPartly(written, registryOptionsSchema, argv);
    const options = await normalizeOptions(tree, read, { exec, ask: context.ask ?? ask });
    const before = readFormer(tree);
    const added = addRegistry(before ?? registriesHeader(exec), options);
    if (added.isEntryChanged || added.isDefaultChanged) {
      tree.write(REGISTRIES_FILE, added.text);
      await formatAddition(tree, REGISTRIES_FILE, before ?? '');
    }
    const needsImages = options.isChecked || options.kind.hasRepositoryPerImage === true;
    const projects = needsImages ? ((await readProjects(tree)) ?? {}) : {};
    // The entry is in no file yet: there is nothing to check, and no name below it to list.
    if (isDryRun()) return reportResult([describeResult(options, added, { exec, images: [] })]);
    return () =>
      withHints(async () => {
        const images = needsImages ? await readImageNames(projects, tree.root, env) : [];
        logger.info(printable(describeResult(options, added, { exec, images })));
        if (options.isChecked) await check(options, { root: tree.root, env, images, again: describeCommand(checkOf(options), exec) });
      });
  });
}

export default registryGenerator;

/** The file as text, which can be written back byte for byte. */
function readFormer(tree: Tree): string | undefined {
  const bytes = tree.read(REGISTRIES_FILE);
  if (bytes === null) return undefined;
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new OciError('CONFIGURATION_INVALID', `Cannot add to ${REGISTRIES_FILE}: it contains bytes that are not UTF-8.`, {
    hint: 'Nothing was written. Save it as UTF-8, and run again.',
  });
}

async function readImageNames(projects: ResolvedProjects, root: string, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  return findImageNames(projects, await loadRegistries(root, env), env);
}

interface CheckOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly images: readonly string[];
  /** The command that repeats the check. */
  readonly again: string;
}

async function check({ name, kind }: NormalizedRegistryOptions, { root, env, images, again }: CheckOptions): Promise<void> {
  const { text, isFlawed } = await checkEntry({
    name,
    registries: await loadRegistries(root, env),
    env,
    images,
    hasRepositoryPerImage: kind.hasRepositoryPerImage ?? false,
  });
  logger.info(printable(text));
  if (!isFlawed) return;
  throw new OciError('OPTIONS_INVALID', `The registry ${name} does not work yet; its entry stays in ${REGISTRIES_FILE}.`, {
    hint: `Fix what is marked above, then check again: ${again}`,
  });
}

function checkOf({ written }: NormalizedRegistryOptions): Partial<RegistryOptions> {
  return { ...written, force: false, default: undefined, check: true };
}
