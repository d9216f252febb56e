import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { explainSystemError } from '@nx-oci/model';

import { CACHE_FOLDER } from '../names/image-folder';
import { isOwnerGone, temporaryName } from '../tools/temporary-folder';
import { replaceFile } from '../../text/replace-file';

const RETRY_MS = 50;
// A prune holds the local image of one project for seconds.
const WAIT_AT_MOST_MS = 60_000;

/** What a process does with the local image of a project. */
export type ImageUse = 'build' | 'publish' | 'test' | 'run';

/**
 * Which local images processes use right now, so that a prune leaves them.
 *
 * A user writes its mark, then looks for a prune of its project; a prune writes its own, then looks for users: whatever the order,
 * one of them sees the other. Marks name their process, so those of killed processes do not count.
 */
export class ImageUses {
  private readonly folder: string;

  /** @param runPid the Nx process of the run: until it ends, its other tasks may still need the image. */
  constructor(
    workspaceRoot: string,
    private readonly runPid: number = process.pid,
  ) {
    this.folder = join(workspaceRoot, CACHE_FOLDER, 'uses');
  }

  /** Runs a task during which no prune touches the images of these projects. */
  async during<Result>(projects: readonly string[], use: ImageUse, task: () => Promise<Result>): Promise<Result> {
    const marks = await this.mark(projects, use);
    try {
      return await task();
    } finally {
      await Promise.all(marks.map((mark) => this.release(mark)));
    }
  }

  /**
   * Runs a task that removes the local image of a project, unless another process uses it.
   *
   * @param ownUses those of this run that do not count.
   * @returns the result of the task, or what uses the image.
   */
  async alone<Result>(project: string, task: () => Promise<Result>, ownUses: readonly ImageUse[] = []): Promise<AloneOutcome<Result>> {
    const file = join(this.folder, `prune.${markName(process.pid, project)}`);
    await mkdir(this.folder, { recursive: true });
    await writeFile(file, '');
    try {
      const usedBy = (await this.list(ownUses)).get(project);
      return usedBy === undefined ? { result: await task() } : { usedBy };
    } finally {
      await rm(file, { force: true });
    }
  }

  /** The projects whose image is used. @param ownUses those of this run that do not count. */
  async list(ownUses: readonly ImageUse[] = []): Promise<ReadonlyMap<string, ImageUse>> {
    await this.removeLeft();
    const names = (await this.names()).filter((name) => name.startsWith('use.'));
    const marks = await Promise.all(names.map((name) => this.readMark(name, ownUses)));
    return new Map(marks.filter((mark) => mark !== undefined).map(({ project, use }) => [project, use]));
  }

  private async mark(projects: readonly string[], use: ImageUse): Promise<readonly OwnMark[]> {
    const marks = projects.map((project) => ({ project, use, file: join(this.folder, `use.${markName(this.runPid, project)}`) }));
    const written = await Promise.all(marks.map((mark) => write(mark, { process: temporaryName(process.pid) })));
    await this.removeLeft();
    await this.waitForPrunes(projects);
    return marks.filter((_mark, index) => written[index]);
  }

  private async waitForPrunes(projects: readonly string[]): Promise<void> {
    const deadline = Date.now() + WAIT_AT_MOST_MS;
    const hashes = projects.map(hashOf);
    const isPruned = (name: string): boolean =>
      name.startsWith('prune.') && hashes.some((hash) => name.includes(`.${hash}.`)) && !isOwnerGone(ownerOf(name));
    while ((await this.names()).some(isPruned) && Date.now() < deadline) await wait(RETRY_MS);
  }

  /** The mark stays for the rest of the run, for its other tasks; without a run it has done its duty. */
  private async release(mark: OwnMark): Promise<void> {
    if (this.runPid === process.pid) await rm(mark.file, { force: true });
    else await write(mark, {});
  }

  /** Of runs that have ended. */
  private async removeLeft(): Promise<void> {
    const left = (await this.names()).filter((name) => isOwnerGone(ownerOf(name)));
    await Promise.all(left.map((name) => rm(join(this.folder, name), { force: true })));
  }

  private async names(): Promise<readonly string[]> {
    return readdir(this.folder).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    });
  }

  private async readMark(name: string, ownUses: readonly ImageUse[]): Promise<Mark | undefined> {
    const text = await readFile(join(this.folder, name), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const mark = JSON.parse(text) as Mark;
    // A task of the prune's own run that has ended, like the publish that it waited for.
    const isOver = mark.process === undefined || isOwnerGone(mark.process) || ownUses.includes(mark.use);
    return isOver && ownerOf(name) === temporaryName(this.runPid) ? undefined : mark;
  }
}

type AloneOutcome<Result> = { readonly usedBy: ImageUse } | { readonly result: Result };

interface OwnMark {
  readonly project: string;
  readonly use: ImageUse;
  readonly file: string;
}

/** @returns whether it was possible: where nothing can be written, nothing can be removed either. */
async function write({ project, use, file }: OwnMark, more: Pick<Mark, 'process'>): Promise<boolean> {
  const mark: Mark = { project, use, ...more };
  try {
    await replaceFile(file, JSON.stringify(mark));
    return true;
  } catch (error) {
    if (explainSystemError(error) === undefined) throw error;
    return false;
  }
}

interface Mark {
  readonly project: string;
  readonly use: ImageUse;
  /** Absent once the use is over. */
  readonly process?: string;
}

/** `<owner>.<project>.<random>` */
function markName(pid: number, project: string): string {
  return `${temporaryName(pid)}.${hashOf(project)}.${randomBytes(4).toString('hex')}`;
}

function ownerOf(name: string): string {
  return name.split('.')[1] ?? '';
}

function hashOf(project: string): string {
  return createHash('sha256').update(project).digest('hex').slice(0, 16);
}
