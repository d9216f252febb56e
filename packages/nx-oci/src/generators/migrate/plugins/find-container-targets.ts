import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { type TargetConfiguration } from '@nx/devkit';

import { type ResolvedProjects } from '../../resolved-projects';
import { translateTags, type TranslatedTags } from '../metadata-action/translate-tags';
import { readBuilderInputs } from '../sources/builder-inputs';
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

function readTarget({ options: written = {}, configurations = {} }: TargetConfiguration<Options>, place: Place): readonly FoundImage[] {
  const all = Object.entries(configurations).map(([name, one]) => ({ name, options: { ...written, ...(one as Options) } }));
  const [first, ...others] = all.filter((one) => isSet(one.options, 'push'));
  // An image that is only loaded stays on the machine.
  if (first === undefined && isSet(written, 'load')) return [];
  const main = readImage(first?.options ?? written, place);
  const own = others.map((one) => ({ ...one, ...readImage(one.options, place) }));
  const same = own.filter(({ names, build }) => isDeepStrictEqual([names, build], [main.names, main.build]));
  const titles = first === undefined ? [] : [first, ...same].map(({ name }) => name);
  return [
    {
      ...main,
      source: titles.length === 0 ? place.source : `${place.source}, configuration ${titles.join(' and ')}`,
      project: place.project,
      tags: joinTags([main.tags, ...same.map(({ tags }) => tags)]),
      logins: [],
      notes: [
        ...main.notes,
        ...own
          .filter((one) => !same.includes(one))
          .map(({ name, names }) => `its configuration ${name}, which pushes ${names.join(', ')} in another way`),
      ],
    },
  ];
}

function isSet(options: Options, name: string): boolean {
  return options[name] === true || options[name] === 'true';
}

type ReadImage = Pick<FoundImage, 'names' | 'tags' | 'build' | 'notes'>;

function readImage(written: Options, { root }: Place): ReadImage {
  const at = (file: unknown) =>
    typeof file === 'string' ? posix.normalize(file.replaceAll('{workspaceRoot}', '.').replaceAll('{projectRoot}', root)) : undefined;
  const lists = Object.fromEntries(Object.entries(written).map(([name, value]) => [name, linesIn(value)]));
  const { options: own, notes } = readBuilderInputs({ ...lists, labels: lists['labels'] ?? [] }, (path) => at(path) ?? path);
  return {
    ...readNames(written),
    notes,
    build: {
      dockerfile: at(written['file'] ?? written['dockerfile']) ?? posix.join(root, 'Dockerfile'),
      context: at(written['context']) ?? '.',
      ...(typeof written['target'] === 'string' && written['target'] !== '' && { stage: written['target'] }),
      buildArgs: (lists['build-args'] ?? []).map(withoutVariable),
      platforms: textsOf(written['platforms']),
      options: own,
    },
  };
}

/** `COMMIT=$COMMIT` takes its value from the environment. */
function withoutVariable(argument: string): string {
  return argument.replace(/^(\w+)=\$\{?\1\}?$/, '$1');
}

/** Entries of a list; `true` and numbers as text. */
function linesIn(value: unknown): readonly string[] {
  if (typeof value === 'boolean' || typeof value === 'number') return [String(value)];
  const list: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split('\n') : [];
  return list.filter((one) => typeof one === 'string' && one.trim() !== '').map(String);
}

function joinTags(all: readonly TranslatedTags[]): TranslatedTags {
  const [first] = all;
  const tags = new Map(all.flatMap((one) => one.tags).map((rule) => [JSON.stringify(rule), rule]));
  return {
    ...(first ?? { env: [], notes: [] }),
    tags: [...tags.values()],
    env: [...new Set(all.flatMap(({ env }) => env))],
    notes: [...new Set(all.flatMap(({ notes }) => notes))],
    ...releaseOf(all),
  };
}

/** Its `metadata`, in which the rows of docker/metadata-action stand, else complete names. */
function readNames({ metadata, tags }: Options): Pick<FoundImage, 'names' | 'tags'> {
  const { images, tags: rows, flavor } = (metadata ?? {}) as Options;
  if (images !== undefined) {
    return { names: textsOf(images), tags: translateTags(rowsOf(rows).map(toField).join('\n'), rowsOf(flavor).join('\n')) };
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

function releaseOf(all: readonly TranslatedTags[]): Pick<TranslatedTags, 'release'> {
  const release = all.find((one) => one.release !== undefined)?.release;
  return release === undefined ? {} : { release };
}

/** Rows have commas of their own. */
function rowsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split('\n') : [];
}
