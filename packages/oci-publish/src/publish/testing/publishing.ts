import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parsePlatform, parseReference } from '@nx-oci/model';
import { type RequestLogEntry } from '@nx-oci/registry';

import { loadRegistries } from '../../configuration/registries';
import { openConnection } from '../../connection/open-connection';
import { createBaseOpener } from '../../build/open-base';
import { imageFolder, partFolder, partName } from '../../engines/names/image-folder';
import { type BaseChoice } from '../../engines/options/native-options';
import { createNativeEngine } from '../../engines/native/native-engine';
import { type CommitFacts, readGitFacts } from '../../git/read-git-facts';
import { type RunGroup } from '../../run/run-group';
import { RunFolder } from '../../run/run-folder';
import { makeWorkspace, type TestWorkspace } from '../../testing/make-workspace';
import { imageOpener } from '../image/layout-image';
import { type PublishOptions } from '../task/publish-options';
import { type PublishContext } from '../publish-context';
import { type TaskResults } from '../task/task-result';
import { type StagedRecord } from '../stage/staged-record';
import { printable } from '../../text/printable';
import { publishTasks } from '../publish';

/** Larger than blobs that are sent without checking whether they exist. */
export const LARGE_LAYER_BYTES = 1_200_000;
const SMALL_LAYER_BYTES = 16 * 1024;

/** Options of a call of `publish`. */
export interface Asked {
  readonly projects?: readonly string[];
  /** All tasks of the run, if it has other processes. */
  readonly siblings?: readonly string[];
  /** Groups that are tagged together; by default one of all. */
  readonly groups?: readonly RunGroup[];
  readonly run?: string;
  readonly signal?: AbortSignal;
  /** The changed files that an image is built from; by default all. */
  readonly changesOf?: PublishContext['changesOf'];
  /** What its tasks read, if none of them is part of the run. */
  readonly inputsOf?: PublishContext['inputsOf'];
  /** Runs as another process as soon as the first image of this one is recorded as staged. */
  readonly onceStaged?: () => Promise<void>;
  /** Runs as another process after everything is staged; `beforeTagsMs` is its duration on the clock of this publish. */
  readonly beforeTags?: () => Promise<void>;
  readonly beforeTagsMs?: number;
  readonly options?: PublishOptions;
  /** The platforms of the parts that its images are merged from. */
  readonly parts?: readonly string[];
  /** Whether `force` among the options was written in the target, not on the command line. */
  readonly isForcedByTarget?: boolean;
  /** Environment variables of a CI system. */
  readonly ci?: NodeJS.ProcessEnv;
  readonly passPointOfNoReturn?: () => void;
}

export interface BuildOptions {
  /** Default 5. */
  readonly layers?: number;
  /** Positions of the layers that get new content. */
  readonly changed?: readonly number[];
  /** Full reference of the base image. */
  readonly base?: string;
  /** The project of the workspace whose image that is. */
  readonly baseProject?: string;
  /** The project whose layers these are; default the project itself. */
  readonly like?: string;
  /** Default `linux/amd64`; several make an index. */
  readonly platform?: string | readonly string[];
  /** Into the folder of that part. */
  readonly isPart?: boolean;
  /** Annotations of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A workspace that publishes like `nx-oci:publish`, each call like a separate process. */
export interface Publishing {
  readonly workspace: TestWorkspace;
  /** An image of layers that no gzip makes smaller; a layer stays what it was unless it is in `changed`. */
  build(project: string, options?: BuildOptions): Promise<void>;
  publish(asked?: Asked): Promise<TaskResults>;
  /** Output for the user since the last call. */
  takePrinted(): string;
  /** Makes the next publish run like in a workspace that has not used any registry yet. */
  forget(): void;
}

/**
 * @param entry of the one registry in registries.yaml, in flow style.
 * @param layerBytes small unless requests are counted, for every byte is compressed, digested, sent and read back.
 */
export function makePublishing(entry: string, env: NodeJS.ProcessEnv = {}, layerBytes = SMALL_LAYER_BYTES): Publishing {
  const workspace = makeWorkspace();
  workspace.write('registries.yaml', `registries:\n  one: ${entry}\npublish:\n  tags: [latest]\n  settleMs: 0\n`);
  workspace.commit('first');
  let runs = 0;
  const printed: string[] = [];
  const gitOf = gitReader(workspace.root);

  const build: Publishing['build'] = async (
    project,
    { layers = 5, changed = [], base, baseProject, like = project, platform = 'linux/amd64', isPart = false, annotations = {} } = {},
  ) => {
    const bases = createBaseOpener({ workspaceRoot: workspace.root, env });
    const made = Array.from({ length: layers }, (_, index) => {
      const folder = join(workspace.root, 'dist/layers', like, `${index}`);
      if (changed.includes(index) || !isWritten.has(folder)) writeLayer(folder, layerBytes);
      isWritten.add(folder);
      return { name: `/${index}`, sources: [{ from: folder, to: `/${index}` }] };
    });
    const baseOf = (): BaseChoice => {
      if (base === undefined) return { kind: 'scratch' };
      const reference = parseReference(base);
      if (baseProject === undefined) return { kind: 'registry', reference };
      return { kind: 'project', project: baseProject, folder: imageFolder(workspace.root, baseProject), hasParts: isPart, reference };
    };
    const engine = createNativeEngine({ openRepository: bases.openRepository, layerCache: join(workspace.root, 'cache') });
    await engine.build(
      {
        base: baseOf(),
        platforms: [platform].flat().map((one) => ({ platform: parsePlatform(one), layers: made })),
        config: {},
        labels: {},
        annotations,
      },
      {
        project,
        workspaceRoot: workspace.root,
        folder: isPart ? partFolder(workspace.root, project, [platform].flat()[0] ?? '') : imageFolder(workspace.root, project),
        print: () => undefined,
      },
    );
    await bases.close();
  };
  const isWritten = new Set<string>();

  const publish: Publishing['publish'] = async ({
    projects = ['app'],
    siblings,
    groups,
    run = `run-${runs++}`,
    options = {},
    parts,
    isForcedByTarget,
    ci = {},
    signal,
    changesOf,
    inputsOf,
    onceStaged,
    beforeTags,
    beforeTagsMs = 0,
    passPointOfNoReturn,
  } = {}) => {
    let waitedMs = 0;
    const pending = new Map([
      ['staged', onceStaged],
      ['tagging', beforeTags],
    ]);
    const runFolder = new RunFolder<StagedRecord>(join(workspace.root, '.nx/runs', run));
    const record: typeof runFolder.record = async (written) => {
      await RunFolder.prototype.record.call(runFolder, written);
      const happens = pending.get(written.state);
      pending.delete(written.state);
      await happens?.();
      if (happens === beforeTags && happens !== undefined) waitedMs = beforeTagsMs;
    };
    const { root: workspaceRoot } = workspace;
    return publishTasks(
      projects.map((project) => ({
        taskId: `${project}:publish`,
        project,
        projectRoot: '.',
        options,
        isForcedByTarget,
        ...(parts && { parts: parts.map((platform) => ({ platform, task: `${project}:image-${partName(platform)}` })) }),
      })),
      {
        workspaceRoot,
        env,
        readGit: () => gitOf(ci),
        registries: await loadRegistries(workspaceRoot, env),
        connect: (entries, memory) => openConnection({ entries, env, memory, signal }),
        openerFor: imageOpener,
        pruneImage: () => Promise.resolve(''),
        run: Object.assign(runFolder, { record } satisfies Partial<typeof runFolder>),
        siblings: (siblings ?? projects).map((project) => `${project}:publish`),
        groups,
        signal,
        changesOf,
        inputsOf,
        passPointOfNoReturn,
        print: (text) => printed.push(printable(text, { hasColor: false })),
        now: () => Date.now() + waitedMs,
      },
    );
  };
  return {
    workspace,
    build,
    publish,
    takePrinted: () => printed.splice(0).join('\n'),
    forget: () => rmSync(join(workspace.root, '.nx'), { recursive: true, force: true }),
  };
}

/** What `readGitFacts` says, asked again only if git could say something else: it starts ten processes. */
function gitReader(root: string): (ci: NodeJS.ProcessEnv) => Promise<CommitFacts> {
  const known = new Map<string, CommitFacts>();
  return async (ci) => {
    const keyNow = () => JSON.stringify([ci, seenByGit(root)]);
    const found = known.get(keyNow());
    if (found !== undefined) return found;
    const read = await readGitFacts({ folder: root, env: ci });
    // After, since git itself renews its index.
    known.set(keyNow(), read);
    return read;
  };
}

/** Everything that is not ignored, and what git keeps of it beside the content of its objects. */
function seenByGit(folder: string, path = ''): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = `${path}${entry.name}`;
    if (['dist', 'cache', '.nx', '.git/objects'].includes(name)) return [];
    const { mtimeNs, ctimeNs, size } = lstatSync(join(folder, entry.name), { bigint: true });
    if (entry.isDirectory()) return [name, ...seenByGit(join(folder, entry.name), `${name}/`)];
    return [`${name} ${mtimeNs} ${ctimeNs} ${size}`];
  });
}

function writeLayer(folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'data'), randomBytes(bytes));
}

/** The requests of a publish, in short: `HEAD manifest`, `POST upload`, … */
export function describeRequests(entries: readonly Pick<RequestLogEntry, 'method' | 'path' | 'status'>[]): readonly string[] {
  return entries.map(({ method, path, status }) => {
    if (path.startsWith('/token')) return 'token';
    if (status === 401) return '401';
    const noun = /\/blobs\/uploads/.test(path) ? 'upload' : /\/(manifest|blob|tag)s\//.exec(path)?.[1];
    return `${method} ${noun ?? path}`;
  });
}

/** The number of requests of each kind. */
export function tally(requests: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...new Set(requests)].map((request) => [request, requests.filter((one) => one === request).length]));
}
