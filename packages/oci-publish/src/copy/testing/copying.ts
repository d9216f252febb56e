import { MEDIA_TYPES, type EncodedManifest } from '@nx-oci/model';
import { makeIndex, type MadeIndex } from '@nx-oci/model/testing';
import { startRegistry, type RequestLogEntry, type RunningRegistry } from '@nx-oci/registry';

import { loadRegistries } from '../../configuration/registries';
import { openConnection } from '../../connection/open-connection';
import { normalizeOptions } from '../options/normalize-options';
import { type CopyOptions } from '../options/written-options';
import { makeWorkspace, type TestWorkspace } from '../../testing/make-workspace';
import { copyImages } from '../copy-images';
import { type CopyContext } from '../source/copy-context';
import { type CopyReport } from '../copy-report';
import { printable } from '../../text/printable';

/** Of the target; the source asks for none. */
export const LOGIN = { username: 'robot', password: 'correct-horse' };
const AUTHORIZATION = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;
const ACCEPT = [MEDIA_TYPES.ociIndex, MEDIA_TYPES.ociManifest].join(', ');
// No target is left out for being slow: what is read once here is read once on any machine.
const sharing = { gatherMs: 600_000, stallMs: 600_000 };

/** Any content as it is. */
export type Piece = Pick<EncodedManifest, 'descriptor' | 'bytes'>;

/** A repository of a registry. */
export interface TestRepository {
  readonly registry: RunningRegistry;
  readonly repository: string;
}

/** Replaces parts of a copy's context. */
export type ContextChange = (context: CopyContext) => Partial<CopyContext>;

/** A workspace with two registries, again for each spec: `team/app:1.4.0` is an index at the source, and `corp` is the target. */
export interface Copying {
  readonly workspace: TestWorkspace;
  readonly source: RunningRegistry;
  readonly target: RunningRegistry;
  readonly index: MadeIndex;
  readonly printed: string[];
  /** Replaces both registries, which the caller has closed. */
  readonly playOn: (source: RunningRegistry, target: RunningRegistry) => void;
  readonly copy: (options: CopyOptions, password?: string, change?: ContextChange) => Promise<CopyReport | undefined>;
  readonly atTarget: (repository: string) => TestRepository;
  /** Stores content over plain HTTP, without our code, like another client. @param place at the source if it is only a name. */
  readonly put: (place: string | TestRepository, contents: readonly Piece[], root?: Piece, tag?: string) => Promise<void>;
  /** Asks as a stranger would. */
  readonly ask: (registry: RunningRegistry, path: string, method?: string) => Promise<Response>;
  readonly digestAt: (registry: RunningRegistry, path: string) => Promise<string | undefined>;
  readonly tagsAt: (registry: RunningRegistry, repository: string) => Promise<readonly string[]>;
  readonly writesAt: (registry: RunningRegistry) => readonly RequestLogEntry[];
  readonly uploadsAt: (registry: RunningRegistry) => readonly RequestLogEntry[];
  /** How many blobs were asked of the source. */
  readonly blobReads: () => number;
}

/** To be called once, beside the specs. */
export function useCopying(): Copying {
  const scene = new Scene();
  beforeEach(() => scene.open());
  afterEach(() => scene.close());
  return scene;
}

class Scene implements Copying {
  workspace!: TestWorkspace;
  source!: RunningRegistry;
  target!: RunningRegistry;
  index!: MadeIndex;
  readonly printed: string[] = [];

  async open(): Promise<void> {
    this.workspace = makeWorkspace();
    this.playOn(await startRegistry(), await startRegistry({ login: LOGIN }));
    this.index = makeIndex({ seed: 'app' });
    await this.put('team/app', this.index.contents, this.index.index, '1.4.0');
    this.printed.length = 0;
  }

  async close(): Promise<void> {
    await Promise.all([this.source.close(), this.target.close()]);
    this.workspace.remove();
  }

  readonly playOn: Copying['playOn'] = (source, target) => {
    [this.source, this.target] = [source, target];
    this.workspace.write(
      'registries.yaml',
      `registries:
  dev: { host: '${source.host}', namespace: team }
  corp: { host: '${target.host}', namespace: mirror, auth: { username: robot, password: '\${SECRET}' } }
mirrors:
  - from: '${source.host}/\${TEAM}/app:1.4.0'
    to: [corp]
    tags: [latest]
`,
    );
  };

  readonly copy: Copying['copy'] = async (options, password = LOGIN.password, change = () => ({})) => {
    const env = { SECRET: password, TEAM: 'team' };
    const registries = await loadRegistries(this.workspace.root, env);
    const request = normalizeOptions(options, { project: 'app', registries, env });
    const connection = await openConnection({ entries: request.entries, env });
    const print = (text: string): void => void this.printed.push(printable(text, { hasColor: false }));
    try {
      const context = { ...connection, print, now: Date.now, sharing };
      return await copyImages(request, { ...context, ...change(context) });
    } finally {
      await connection.close();
    }
  };

  readonly atTarget: Copying['atTarget'] = (repository) => ({ registry: this.target, repository });

  readonly put: Copying['put'] = async (place, contents, root, tag) => {
    const { registry, repository } = typeof place === 'string' ? { registry: this.source, repository: place } : place;
    const base = `${registry.url}/v2/${repository}`;
    for (const piece of contents) {
      const { mediaType, digest } = piece.descriptor;
      const isManifest = /manifest|index/.test(mediaType);
      await send(isManifest ? `${base}/manifests/${digest}` : await openUpload(`${base}/blobs/uploads/`, digest), piece);
    }
    if (root !== undefined) await send(`${base}/manifests/${tag ?? root.descriptor.digest}`, root);
  };

  readonly ask: Copying['ask'] = (registry, path, method = 'GET') =>
    fetch(`${registry.url}/v2/${path}`, { method, headers: { authorization: AUTHORIZATION, accept: ACCEPT } });

  readonly digestAt: Copying['digestAt'] = async (registry, path) =>
    (await this.ask(registry, path)).headers.get('docker-content-digest') ?? undefined;

  readonly tagsAt: Copying['tagsAt'] = async (registry, repository) => {
    const answer = await this.ask(registry, `${repository}/tags/list`);
    return answer.status === 404 ? [] : ((await answer.json()) as { tags: string[] }).tags.sort();
  };

  readonly writesAt: Copying['writesAt'] = (registry) =>
    registry.log.entries().filter(({ method, status }) => !['GET', 'HEAD'].includes(method) && status !== 401);

  readonly uploadsAt: Copying['uploadsAt'] = (registry) =>
    this.writesAt(registry).filter(({ path, status }) => /\/blobs\/uploads\/.*[?&]digest=/.test(path) && status === 201);

  readonly blobReads: Copying['blobReads'] = () =>
    this.source.log.entries().filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')).length;
}

async function send(url: string, { descriptor, bytes }: Piece): Promise<void> {
  const headers = { 'content-type': descriptor.mediaType, authorization: AUTHORIZATION };
  const { status } = await fetch(url, { method: 'PUT', headers, body: Buffer.from(bytes) });
  if (status !== 201) throw new Error(`${url} answered ${status}`);
}

async function openUpload(url: string, digest: string): Promise<string> {
  const { headers } = await fetch(url, { method: 'POST', headers: { authorization: AUTHORIZATION } });
  return `${new URL(headers.get('location') ?? '', url).href}?digest=${digest}`;
}
