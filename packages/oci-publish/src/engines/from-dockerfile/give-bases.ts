import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { writeImageArchive } from '@nx-oci/layout';
import { parseManifest, readTextFile, type Digest } from '@nx-oci/model';

import type { DockerfileBuild, DockerfileTool, ImageStore } from '../dockerfile/dockerfile-tool';
import { contextName } from '../dockerfile/named-contexts';
import { MadeImages } from '../image/made-images';
import { localImageName } from '../names/local-name';
import type { DockerfileOptions } from '../options/dockerfile-options';
import { redirectDockerfile } from './redirect-dockerfile';
import { completeLayout, type WorkspaceBase } from './workspace-bases';

export interface GivingContext {
  readonly tool: DockerfileTool;
  readonly workspaceRoot: string;
  /** Absolute; for temporary files. */
  readonly scratch: string;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

type GivenBases = Pick<DockerfileBuild, 'dockerfile' | 'contexts'> & { readonly options: DockerfileOptions };

/**
 * Gives a builder the images of the workspace that a Dockerfile names: as named contexts; or, if the tool has a store, there, under
 * names of our own, which a copy of the Dockerfile uses. The name that the Dockerfile has may be one that the user pulled.
 */
export async function giveBases(bases: readonly WorkspaceBase[], options: DockerfileOptions, context: GivingContext): Promise<GivenBases> {
  if (bases.length === 0) return { options };
  const { store } = context.tool;
  if (store === undefined) return { options, contexts: await contextsOf(bases, context) };
  const redirects: { readonly use: WorkspaceBase['uses'][number]; readonly name: string }[] = [];
  for (const base of bases) {
    const name = await nameInStore(base, store, context);
    redirects.push(...base.uses.map((use) => ({ use, name })));
  }
  const text = redirectDockerfile((await readTextFile(options.dockerfile)) ?? '', redirects);
  const dockerfile = await writeBeside(text, options.dockerfile, context.scratch);
  const { pull = false, ...others } = options;
  if (pull) context.print('`pull` is left out: these images of the workspace are in no registry yet.');
  return { dockerfile, options: others };
}

async function contextsOf(bases: readonly WorkspaceBase[], { scratch, signal }: GivingContext): Promise<Readonly<Record<string, string>>> {
  const contexts: Record<string, string> = {};
  for (const [index, base] of bases.entries()) {
    const layout = await completeLayout(base, { folder: join(scratch, `base-${index}`), signal });
    for (const { reference } of base.uses) contexts[contextName(reference)] = layout;
  }
  return contexts;
}

/** The name of a base in the store of the tool: the one it was built under there, else it is loaded. */
async function nameInStore(base: WorkspaceBase, store: ImageStore, context: GivingContext): Promise<string> {
  const { record, project, images } = base;
  const { tool, workspaceRoot, scratch, signal } = context;
  const { name: made, imageId } = record.output;
  if (record.engine === tool.name && made !== undefined && imageId !== undefined) {
    const known = store.localName(made);
    if ((await store.idOf(known)) === imageId) return known;
  }
  const [first] = images;
  if (first === undefined) throw new Error('a base of no platform');
  const { manifest } = first.image;
  const { config } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  // With a host, which keeps a builder from looking for it in a registry.
  const name = `localhost/${localImageName(workspaceRoot, `base ${project}`)}`;
  const ids: readonly Digest[] = [config.digest, manifest.descriptor.digest];
  const there = await store.idOf(name);
  if (there !== undefined && ids.includes(there)) return name;
  const archive = join(scratch, 'base.tar');
  await writeImageArchive(archive, { manifest, source: first.content, name }, signal);
  await store.load(archive, name);
  await new MadeImages(workspaceRoot).record({ project, engine: tool.name, name });
  return name;
}

/** A Dockerfile with the same file name, and what BuildKit ignores beside it. */
async function writeBeside(text: string, written: string, scratch: string): Promise<string> {
  const folder = join(scratch, 'redirected');
  await mkdir(folder, { recursive: true });
  const file = join(folder, basename(written));
  await writeFile(file, text);
  const ignored = `${written}.dockerignore`;
  if ((await readTextFile(ignored)) !== undefined) await copyFile(ignored, `${file}.dockerignore`);
  return file;
}
