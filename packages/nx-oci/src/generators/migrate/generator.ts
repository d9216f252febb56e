import { isDeepStrictEqual } from 'node:util';

import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import { parseRegistries, printable, REGISTRIES_FILE, writtenText } from '@nx-oci/publish';
import { z } from 'zod';

import { formatFiles } from '../../nx/format-files';
import { getProjects, logger, readNxJson } from '../../nx/devkit';
import { findPackageManager } from '../find-package-manager';
import { readRepositoryFacts } from '../registry/repository-facts';
import { readResolvedProjects } from '../resolved-projects';
import { readTyped } from '../typed-options';
import { withHints } from '../with-hints';
import { describeImages } from './describe-images';
import { findFormerImages } from './find-former-images';
import { planMigration, type Migration } from './plan/plan-migration';
import { takeOver, type TakenOver } from './take-over';
import { sharedDefaults, writeRegistries } from './write/write-registries';

/** The options of `nx g nx-oci:migrate`. */
export const migrateOptionsSchema = z.object({
  project: writtenText.optional().describe('Only the image of this project. By default those of all projects.'),
});

export type MigrateOptions = z.input<typeof migrateOptionsSchema>;

/**
 * Takes over the images that a workspace publishes with docker/build-push-action, nx-container or @nx/docker: writes registries and
 * targets, says which tags they get, and what could not be taken over. Leaves the old configuration in place.
 */
export function migrateGenerator(tree: Tree, written: MigrateOptions, argv: readonly string[] = process.argv): Promise<GeneratorCallback> {
  return withHints(async () => {
    const options = readTyped(written, migrateOptionsSchema, argv);
    const resolved = await readResolvedProjects(tree);
    const projects = resolved ?? Object.fromEntries(getProjects(tree));
    const nxJson = readNxJson(tree) ?? {};
    const repository = await readRepositoryFacts(tree);
    const found = findFormerImages(tree, { projects, nxJson, repository });
    if (found.length === 0) throw nothingFound(tree);
    const existing = parseRegistries(tree.read(REGISTRIES_FILE, 'utf8') ?? '').content.registries ?? {};
    const planned = planMigration(found, { projects, existing, repository: repository.name, exec: findPackageManager(tree).exec });
    const wanted = planned.images.filter(({ project }) => options.project === undefined || options.project === project);
    const shared = sharedDefaults(wanted.map((image) => image.found.tags));
    const [first] = wanted;
    const isSame = wanted.every(({ registries }) => isDeepStrictEqual(registries, first?.registries));
    const registries = writeRegistries(tree, planned.registries, { shared, defaults: isSame ? (first?.registries ?? []) : [] });
    const taken: TakenOver[] = [];
    for (const image of wanted) taken.push(await takeOver(image, { tree, projects, resolved, nxJson, written: registries }));
    await formatFiles(tree);
    const lines = [...describeImages(taken, findPackageManager(tree).exec), ...describeRest(tree, planned)];
    return () => logger.info(printable(lines.join('\n')));
  });
}

export default migrateGenerator;

function describeRest(tree: Tree, { registries, left }: Migration): readonly string[] {
  const { exec } = findPackageManager(tree);
  return [
    ...registries.map(
      ({ name, entry }) => `${REGISTRIES_FILE}: wrote ${name} (${[entry.host, entry.namespace].filter(Boolean).join('/')}).`,
    ),
    ...left.map((line) => `Not taken over: ${line}.`),
    'The old configuration is still there. Compare, then remove it:',
    `  ${exec} nx run-many -t publish --dryRun`,
    `  ${exec} nx g nx-oci:ci`,
  ];
}

function nothingFound(tree: Tree): OciError {
  return new OciError(
    'OPTIONS_INVALID',
    'Found no image that this workspace publishes: no step with docker/build-push-action in .github/workflows, no target of nx-container, and no `release.docker` in nx.json.',
    {
      hint: `For a first image: ${findPackageManager(tree).exec} nx g nx-oci:image <project>`,
    },
  );
}
