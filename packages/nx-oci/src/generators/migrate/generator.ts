import { isDeepStrictEqual } from 'node:util';

import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import { listVariables, parseRegistries, REGISTRIES_FILE, writtenText } from '@nx-oci/publish';
import { z } from 'zod';

import { formatFiles } from '../../nx/format-files';
import { getProjects, readNxJson } from '../../nx/devkit';
import { findPackageManager } from '../find-package-manager';
import { readRepositoryFacts } from '../registry/repository-facts';
import { reportResult } from '../report-result';
import { readResolvedProjects } from '../resolved-projects';
import { readTyped } from '../typed-options';
import { withHints } from '../with-hints';
import { describeImages } from './describe-images';
import { findFormerImages, findUnread } from './find-former-images';
import { planMigration, type Migration } from './plan/plan-migration';
import { takeOver, type TakenOver } from './take-over';
import { sharedDefaults, writeRegistries } from './write/write-registries';

/** The options of `nx g nx-oci:migrate`. */
export const migrateOptionsSchema = z.object({
  project: writtenText
    .optional()
    .meta({ description: 'Only the image of this project. By default those of all projects.', examples: ['api'] }),
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
    return reportResult([
      ...describeImages(taken, findPackageManager(tree).exec),
      ...describeRest(
        tree,
        planned,
        taken.filter(({ problem }) => problem === undefined).map(({ source }) => source),
      ),
    ]);
  });
}

export default migrateGenerator;

function describeRest(tree: Tree, { registries, left }: Migration, sources: readonly string[]): readonly string[] {
  const { exec } = findPackageManager(tree);
  return [
    ...registries.map(
      ({ name, entry }) => `${REGISTRIES_FILE}: wrote ${name} (${[entry.host, entry.namespace].filter(Boolean).join('/')}).`,
    ),
    ...[...new Set([...left, ...findUnread(tree)])].map((line) => `Not taken over: ${line}.`),
    ...(sources.length === 0 ? [] : ['The old configuration is still there. Compare, then remove it from these places:']),
    ...new Set(sources.map((source) => `  ${source}`)),
    'The commands for that, and for the new pipeline:',
    `  ${exec} nx run-many -t publish --dryRun`,
    ...describeVariables(tree, registries),
    `  ${exec} nx g nx-oci:ci`,
  ];
}

/** A pipeline has them; on a machine of a developer the comparison would stop at the first one. */
function describeVariables(tree: Tree, registries: Migration['registries']): readonly string[] {
  const texts = registries.flatMap(({ entry }) => [entry.host, entry.namespace, entry.auth?.username, entry.auth?.password]);
  const names = [...new Set(texts.flatMap((text) => listVariables(text ?? '')))];
  const hasLocal = parseRegistries(tree.read(REGISTRIES_FILE, 'utf8') ?? '').content.registries?.['local'] !== undefined;
  const instead = hasLocal ? ', or add --registries=local, which needs no account' : '';
  return names.length === 0 ? [] : [`      on this machine, first set ${names.join(', ')}${instead}`];
}

function nothingFound(tree: Tree): OciError {
  return new OciError(
    'OPTIONS_INVALID',
    [
      'Found no image that this workspace publishes: no step with docker/build-push-action in .github/workflows, no target of nx-container, and no `release.docker` in nx.json.',
      ...findUnread(tree),
    ].join('\n  '),
    {
      hint: `For a first image: ${findPackageManager(tree).exec} nx g nx-oci:image <project>`,
    },
  );
}
