import { posix } from 'node:path';

import { type TargetConfiguration } from '@nx/devkit';

import { type ResolvedProjects } from '../../resolved-projects';
import { translateTags } from '../metadata-action/translate-tags';
import { type FoundImage } from '../sources/found-image';

const EXECUTORS = /^@nx-tools\/(?:nx-container|nx-docker):build$/;

/** Options of its executor; lists may be written as one text. */
type Options = Readonly<Record<string, unknown>>;

/** The images that targets of nx-container (nx-docker before) push. */
export function findContainerTargets(projects: ResolvedProjects): readonly FoundImage[] {
  return Object.entries(projects).flatMap(([project, { root, targets = {} }]) =>
    Object.entries(targets)
      .filter(([, { executor = '' }]) => EXECUTORS.test(executor))
      .flatMap(([name, target]) =>
        readTarget(target as TargetConfiguration<Options>, {
          project,
          root,
          source: `${posix.join(root, 'project.json')}, target ${name}`,
        }),
      ),
  );
}

interface Place {
  readonly project: string;
  readonly root: string;
  readonly source: string;
}

function readTarget({ options: written, configurations = {} }: TargetConfiguration<Options>, place: Place): readonly FoundImage[] {
  const pushing = Object.entries(configurations).find(([, one]) => (one as Options)['push'] === true);
  const [configuration, pushed] = pushing ?? [undefined, {}];
  const options: Options = { ...written, ...(pushed as Options) };
  const { names, tags } = readNames(options);
  if (names.length === 0) return [];
  const at = (file: unknown) =>
    typeof file === 'string' ? posix.normalize(file.replaceAll('{workspaceRoot}', '.').replaceAll('{projectRoot}', place.root)) : undefined;
  const dockerfile = at(options['file'] ?? options['dockerfile']) ?? posix.join(place.root, 'Dockerfile');
  return [
    {
      source: configuration === undefined ? place.source : `${place.source}, configuration ${configuration}`,
      project: place.project,
      names,
      tags,
      build: {
        dockerfile,
        context: at(options['context']) ?? '.',
        ...(typeof options['target'] === 'string' && { stage: options['target'] }),
        buildArgs: textsOf(options['build-args']),
        platforms: textsOf(options['platforms']),
      },
      logins: [],
      notes: LEFT_ALONE.filter((name) => options[name] !== undefined && options[name] !== false).map(
        (name) => `its option ${name} → set it in the options of the target image (docs/build/engines.md)`,
      ),
    },
  ];
}

const LEFT_ALONE = ['cache-from', 'cache-to', 'secrets', 'secret-files', 'ssh', 'provenance', 'sbom', 'labels', 'shm-size', 'ulimit'];

/** Its `metadata`, in which the rows of docker/metadata-action stand, else complete names. */
function readNames({ metadata, tags }: Options): Pick<FoundImage, 'names' | 'tags'> {
  const { images, tags: rows, flavor } = (metadata ?? {}) as Options;
  if (images !== undefined) {
    return { names: textsOf(images), tags: translateTags(textsOf(rows).join('\n'), textsOf(flavor).join('\n')) };
  }
  const references = textsOf(tags).map((text) => /^(.*?)(?::([^/:]*))?$/.exec(text));
  const values = references.map((parts) => parts?.[2] ?? 'latest').map(toField);
  return {
    names: [...new Set(references.map((parts) => parts?.[1] ?? ''))],
    tags: translateTags(values.map((value) => `type=raw,value=${value}`).join('\n'), 'latest=false'),
  };
}

/** nx-container and Nx replace `$VERSION`, `${VERSION}` and `{args.version}` by a variable or an option. */
function toField(value: string): string {
  return value.replaceAll(/\$\{?(\w+)\}?/g, '${{ env.$1 }}').replaceAll(/\{args\.(\w+)\}/g, '${{ inputs.$1 }}');
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[\n,](?!\w+=)/) : [];
  return list
    .map(String)
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
