import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { nearestName, parseReference } from '@nx-oci/model';

import type { BuildContextSource, BuilderOptions, SshAccess } from '../../engines/options/builder-options';
import { contextName } from '../../engines/dockerfile/named-contexts';
import { parseBuildContext } from '../../engines/options/builder-options';
import type { DockerfileEngine } from '../../engines/options/engine-names';
import { readSshAccess } from '../../engines/options/ssh-access';
import { suggestName } from '../../text/problem';
import { checkExtraArguments } from './check-extra-arguments';
import { attempt, type ReadingContext, type ReportProblem } from '../option-problems';
import { readAttestations } from './read-attestations';
import { readCaches } from './read-caches';
import { refuseSecrets } from './refuse-secrets';
import { EXPORTS } from './written';
import type { WrittenOptions } from '../written-options';

/** Reads the options that builders of Dockerfiles have in common, and refuses those that the engine would not follow. */
export async function readBuilderOptions(
  written: WrittenOptions,
  engine: DockerfileEngine,
  context: ReadingContext,
): Promise<BuilderOptions> {
  const { reportProblem } = context;
  const { pull, ssh, ulimits, shmSize, addHosts, extraArguments } = written;
  const cacheFrom = readCaches(written.cacheFrom, { option: 'cacheFrom', engine, reportProblem });
  const cacheTo = readCaches(written.cacheTo, { option: 'cacheTo', engine, reportProblem });
  const buildContexts = await readBuildContexts(written, engine, context);
  const attestations = readAttestations(written, reportProblem);
  checkForm(ulimits, { option: 'ulimits', form: /^[a-z]+=-?\d+(:-?\d+)?$/, example: 'nofile=1024:2048' }, context);
  checkForm(addHosts, { option: 'addHosts', form: /^[^\s:=]+:\S+$/, example: 'db:10.0.0.7' }, context);
  checkForm(shmSize === undefined ? [] : [shmSize], { option: 'shmSize', form: /^\d+(\.\d+)?[bkmg]?b?$/i, example: '128m' }, context);
  checkExtraArguments(extraArguments, engine, reportProblem);
  refuseSecrets(written, reportProblem);
  return {
    ...(pull === true && { pull }),
    ...withItems('cacheFrom', cacheFrom),
    ...withItems('cacheTo', cacheTo),
    ...(Object.keys(buildContexts).length > 0 && { buildContexts }),
    ...withItems('ssh', await readSsh(ssh, context)),
    ...withItems('ulimits', ulimits),
    ...(shmSize !== undefined && { shmSize }),
    ...withItems('addHosts', addHosts),
    ...withItems('attestations', attestations),
    ...withItems('extraArguments', extraArguments),
    ...readExport(written, attestations, reportProblem),
  };
}

/** The registry is chosen when the image is built: registries.yaml may name it. */
function readExport(
  { export: wanted, exportTo, platforms = [] }: WrittenOptions,
  attestations: readonly string[],
  reportProblem: ReportProblem,
): Pick<BuilderOptions, 'export'> {
  if (wanted !== undefined && !EXPORTS.some((known) => known === wanted)) {
    reportProblem(`\`export\` is "${wanted}" → ${suggestName(nearestName(wanted, EXPORTS), EXPORTS)}`);
  }
  if (wanted !== 'registry') {
    if (exportTo !== undefined) reportProblem('`exportTo` has no effect without `export` → set `export` to registry');
    return {};
  }
  const to = exportTo === undefined ? undefined : attempt('exportTo', () => parseReference(exportTo), reportProblem);
  if (exportTo !== undefined && to !== undefined && (to.digest !== undefined || /:[^/]*$/.test(exportTo.replace(/^[^/]*\//, '')))) {
    reportProblem('`exportTo` has a tag → name the repository alone: the publish sets tags');
  }
  if (platforms.length > 1 && attestations.length > 0) {
    // buildx would set the tag `latest` on the index over what several nodes made.
    reportProblem(
      '`export: registry` with attestations (`provenance`, `sbom`) is for one platform → remove `export`, or build one platform',
    );
  }
  return { export: to === undefined ? {} : { to: { registry: to.registry, repository: to.repository } } };
}

/** An empty list is the same as none, also in the label of the build. */
function withItems<Name extends string, Item>(name: Name, items: readonly Item[] = []): { readonly [key in Name]?: readonly Item[] } {
  return items.length === 0 ? {} : ({ [name]: items } as { readonly [key in Name]: readonly Item[] });
}

interface ExpectedForm {
  readonly option: string;
  readonly form: RegExp;
  readonly example: string;
}

function checkForm(values: readonly string[] = [], { option, form, example }: ExpectedForm, { reportProblem }: ReadingContext): void {
  for (const value of values.filter((one) => !form.test(one))) reportProblem(`\`${option}\` is "${value}" → write it as ${example}`);
}

async function readBuildContexts(
  { buildContexts = {} }: WrittenOptions,
  engine: DockerfileEngine,
  { location, reportProblem }: ReadingContext,
): Promise<Readonly<Record<string, BuildContextSource>>> {
  const names = Object.keys(buildContexts);
  names.forEach((name, index) => {
    const same = names.find((other, position) => position < index && contextName(other) === contextName(name));
    if (same !== undefined) reportProblem(`\`buildContexts\` has ${same} and ${name}, which mean the same image → remove one`);
  });
  const read = Object.entries(buildContexts).map(async ([name, text]) => {
    const option = `buildContexts.${name}`;
    if (!/^[\w./:@-]+$/.test(name))
      reportProblem(`\`${option}\`: no Dockerfile can name it → use letters, digits and - . _ / : in the name`);
    const source = parseBuildContext(text);
    if (source.kind === 'remote') {
      checkRemote(source.text, option, reportProblem);
      return [name, source] as const;
    }
    if (source.kind === 'layout' && (engine === 'podman' || engine === 'buildah')) {
      reportProblem(`\`${option}\`: ${engine} cannot read oci-layout:// → set \`engine\` to docker, or name the image by docker-image://`);
    }
    const path = resolve(location.workspaceRoot, source.path);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() !== true)
      reportProblem(`\`${option}\`: the folder ${source.path} does not exist → paths are relative to the workspace root`);
    return [name, { ...source, path }] as const;
  });
  return Object.fromEntries<BuildContextSource>(await Promise.all(read));
}

function checkRemote(text: string, option: string, reportProblem: ReadingContext['reportProblem']): void {
  if (text.startsWith('target:')) {
    reportProblem(`\`${option}\`: targets of a bake file are unknown here → name a stage of the Dockerfile, or a folder`);
  }
}

async function readSsh(written: readonly string[] = [], { location, reportProblem }: ReadingContext): Promise<readonly SshAccess[]> {
  const accesses = written.map((text) => readSshAccess(text));
  for (const [index, { id, paths }] of accesses.entries()) {
    const option = `ssh[${index}]`;
    if (!/^[\w.-]+$/.test(id)) reportProblem(`\`${option}\` is not an id → write default, or deploy=keys/deploy`);
    for (const path of paths) {
      if ((await stat(resolve(location.workspaceRoot, path)).catch(() => undefined)) === undefined)
        reportProblem(`\`${option}\`: ${path} does not exist → paths are relative to the workspace root`);
    }
  }
  return accesses.map(({ id, paths }) => ({ id, paths: paths.map((path) => resolve(location.workspaceRoot, path)) }));
}
