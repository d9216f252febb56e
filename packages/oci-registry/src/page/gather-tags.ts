import { positionOf } from '../http/cut-page';
import { eachOf } from '../storage/each-of';
import { findManifest } from '../repositories/manifest-records';
import { listTagRecords, readTag } from '../repositories/tag-records';
import type { RegistryStorage } from '../storage/storage';
import { describeManifest, type ManifestDescription } from './describe-manifest';

/** Tags on one page. */
export const TAGS_PER_PAGE = 50;

/** One tag and what it points at. */
export interface TagOverview extends ManifestDescription {
  readonly tag: string;
  readonly digest: string;
  readonly setAt: string;
}

/** One page of a repository's tags. */
export interface TagPage {
  readonly repository: string;
  readonly tags: readonly TagOverview[];
  /** The requested first tag; empty for the first page. */
  readonly from: string;
  /** Positions of the page in the list of all tags, counted from 0, the end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly totalTags: number;
  /** The first tag of the next page; `undefined` on the last one. */
  readonly next: string | undefined;
  /** If all tags fit on one page, sorted by time, the newest first; else by name. */
  readonly order: 'newest' | 'name';
}

/** Reads only the tags of one page, since sorting all tags by time would require reading all their records. */
export async function gatherTags(storage: RegistryStorage, repository: string, from = ''): Promise<TagPage> {
  const all = await listTagRecords(storage, repository);
  const start = positionOf(all, from);
  const names = all.slice(start, start + TAGS_PER_PAGE);
  const found = await eachOf(names, (tag) => gatherTag(storage, repository, tag));
  const tags = found.filter((tag) => tag !== undefined);
  const order = names.length === all.length ? 'newest' : 'name';
  if (order === 'newest') tags.sort((one, other) => other.setAt.localeCompare(one.setAt));
  const end = start + names.length;
  return { repository, tags, from, start, end, totalTags: all.length, next: all[end], order };
}

/** `undefined` for a tag that has been removed since it was listed. */
async function gatherTag(storage: RegistryStorage, repository: string, tag: string): Promise<TagOverview | undefined> {
  const record = await readTag(storage, repository, tag);
  const manifest = record && (await findManifest(storage, repository, record.digest));
  return manifest && { tag, digest: manifest.digest, setAt: record.setAt, ...(await describeManifest(storage, manifest)) };
}
