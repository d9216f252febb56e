import { isUtf8 } from 'node:buffer';
import { lstatSync, type BigIntStats, type Dirent } from 'node:fs';
import { open, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { matchesAny, type Glob } from '@nx-oci/model';

import { modeFromBits, modeFromFirstBytes, modeOfFolder } from './file-mode';
import { stampOf } from './file-stamp';

import type { LayerEntry } from './layer-entry';
import { targetInImage } from './link-target';
import type { NormalizedSource } from './normalize-source';
import { MISSING_HINT, type SourceProblem } from './source-problem';

const REPLACEMENT = '\ufffd';

/** The entries of one source in a layer. */
export interface WalkedSource {
  readonly entries: readonly LayerEntry[];
  readonly problems: readonly SourceProblem[];
}

/** Lists the entries of a source, in no particular order. Collects all problems instead of throwing the first. */
export async function walkSource(source: NormalizedSource): Promise<WalkedSource> {
  const stats = await statIfThere(source.from);
  if (stats === undefined) {
    return { entries: [], problems: [{ kind: 'missing', text: `${source.from} (for ${source.to}) does not exist.`, hint: MISSING_HINT }] };
  }
  const walk = new SourceWalk(source);
  if (stats.isDirectory()) await walk.addRoot();
  else await walk.addSingle(stats);
  return walk.finish();
}

async function statIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

class SourceWalk {
  private readonly entries: LayerEntry[] = [];
  private readonly problems: SourceProblem[] = [];
  private readonly usedGlobs = new Set<Glob>();
  private hasLeftOut = false;

  constructor(private readonly source: NormalizedSource) {}

  async addRoot(): Promise<void> {
    if (this.source.path !== '') this.addFolderEntry(this.source.path);
    await this.addFolder(this.source.from, '');
  }

  async addSingle(stats: BigIntStats): Promise<void> {
    const { path, from, isFolderWanted } = this.source;
    const name = basename(from);
    if (!this.isWanted(name)) return;
    await this.add(from, isFolderWanted || path === '' ? joinNames(path, name) : path, stats);
  }

  finish(): WalkedSource {
    // Omitted folders were not searched: an exclude pattern may match something in them.
    const checked = [...this.source.include, ...(this.hasLeftOut ? [] : this.source.exclude)];
    const unused = checked.filter((glob) => !this.usedGlobs.has(glob));
    const unusedPatterns = unused.map(({ pattern }): SourceProblem => ({
      kind: 'invalid',
      text: `The pattern ${JSON.stringify(pattern)} matches nothing in ${this.source.from}.`,
      hint: 'Correct the pattern (it is relative to `from`), or remove it.',
    }));
    return { entries: this.entries, problems: [...this.problems, ...reservedNames(this.source, this.entries), ...unusedPatterns] };
  }

  /** @param below path of the folder relative to the source, with `/`; empty for the source itself. */
  private async addFolder(folder: string, below: string): Promise<void> {
    const children = await readdir(folder, { withFileTypes: true });
    if (children.some(({ name }) => name.includes(REPLACEMENT))) await this.refuseUnreadableNames(folder);
    await Promise.all(children.map((child) => this.addChild(join(folder, child.name), joinNames(below, child.name), child)));
  }

  /** A name that is not UTF-8 is returned with replacement characters, and cannot be opened by that name. */
  private async refuseUnreadableNames(folder: string): Promise<void> {
    for (const name of (await readdir(folder, { encoding: 'buffer' })).filter((name) => !isUtf8(name))) {
      const shown = JSON.stringify(name.toString('latin1'));
      this.problems.push({
        kind: 'invalid',
        text: `${folder} contains a file whose name is not UTF-8: ${shown} (read as Latin-1).`,
        hint: 'Rename it.',
      });
    }
  }

  private async addChild(from: string, below: string, child: Dirent): Promise<void> {
    // Checked first, so that a pattern for a file that is omitted anyway does not count as unused.
    const isNamed = this.isWanted(below);
    const decision = isNamed || child.isDirectory() ? this.source.leaveOut(below, child.isDirectory() ? 'folder' : 'file') : 'taken';
    if (decision === 'skipped') {
      this.hasLeftOut = true;
      return;
    }
    const isWanted = isNamed && decision === 'taken';
    if (child.name.includes(REPLACEMENT) && (await statIfThere(from)) === undefined) return;
    if (child.isDirectory()) {
      if (isWanted) this.addFolderEntry(joinNames(this.source.path, below));
      if (this.mayHoldWanted(below, isWanted)) await this.addFolder(from, below);
    } else if (isWanted) {
      // Not awaited: thousands of promises take longer than the file system.
      await this.add(from, joinNames(this.source.path, below), lstatSync(from, { bigint: true }));
    }
  }

  private addFolderEntry(path: string): void {
    const { uid, gid, isOwnerGiven } = this.source;
    this.entries.push({ kind: 'folder', path, uid, gid, mode: modeOfFolder(path), isOwnerGiven });
  }

  private isWanted(below: string): boolean {
    const { include, exclude } = this.source;
    const isIncluded = include.length === 0 || matchesAny(include, below, this.usedGlobs);
    return !matchesAny(exclude, below, this.usedGlobs) && isIncluded;
  }

  /** An excluded folder is searched while a pattern has no match yet, since it may match in there. */
  private mayHoldWanted(below: string, isWanted: boolean): boolean {
    const { include, exclude } = this.source;
    if (isWanted || !exclude.some((glob) => glob.matches(below))) return true;
    return [...include, ...exclude].some((glob) => !this.usedGlobs.has(glob));
  }

  private async add(from: string, path: string, stats: BigIntStats): Promise<void> {
    const { uid, gid } = this.source;
    if (stats.isFile()) {
      const mode = this.source.mode ?? (await this.modeOf(from, stats));
      this.entries.push({ kind: 'file', path, uid, gid, mode, from, size: Number(stats.size), ...stampOf(stats) });
    } else if (stats.isSymbolicLink()) {
      await this.addLink(from, path);
    } else {
      const text = `${from} is neither a file, a folder nor a symbolic link, so a layer cannot contain it.`;
      this.problems.push({ kind: 'invalid', text, hint: 'Use `exclude` for sockets, pipes and devices.' });
    }
  }

  private async addLink(from: string, path: string): Promise<void> {
    const { uid, gid } = this.source;
    const written = await readlink(from);
    const target = targetInImage(this.source.from, from, written);
    if (target !== undefined) {
      this.entries.push({ kind: 'link', path, uid, gid, mode: 0o777, target });
      return;
    }
    const text = `The symbolic link ${from} points at ${written}, outside of ${this.source.from}, which is not in the image.`;
    this.problems.push({
      kind: 'invalid',
      text,
      hint: 'Replace the link with a copy of the file, use a folder that contains both as `from`, or `exclude` the link.',
    });
  }

  private async modeOf(from: string, stats: BigIntStats): Promise<number> {
    if (process.platform !== 'win32') return modeFromBits(Number(stats.mode));
    const file = await open(from);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
      return modeFromFirstBytes(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  }
}

/**
 * Names with which a layer removes files of lower layers: a file `.wh.config.json` would remove `config.json` of the base
 * image.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts
 */
function reservedNames({ from, path: root }: NormalizedSource, entries: readonly LayerEntry[]): readonly SourceProblem[] {
  const reserved = entries.flatMap(({ path }) => /^(?:.*\/)?\.wh\.[^/]*/.exec(path)?.[0] ?? []);
  return [...new Set(reserved)].map((path) => ({
    kind: 'invalid',
    text: `/${path} cannot be in a layer: to engines, a name that starts with ".wh." removes a file (from ${from}).`,
    hint: root.split('/').some((name) => name.startsWith('.wh.')) ? 'Change `to`.' : 'Rename it, or `exclude` it.',
  }));
}

function joinNames(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
