import { posix } from 'node:path';
import { type ContextSource, type DockerfileReading } from '@nx-oci/publish';

import { findNxCommand } from './inner-builds';
import { isTracked, mayBeBuilt } from './source-evidence';
import { type TrackedFiles } from './tracked-files';

/** Evidence of the folder that a Dockerfile copies from. */
export interface ContextEvidence {
  readonly reading: Pick<DockerfileReading, 'sources' | 'commands'>;
  /** Relative to the workspace root; `.` if the project is the workspace. */
  readonly projectRoot: string;
  readonly tracked: TrackedFiles;
  /** Outputs of targets, relative to the workspace root. */
  readonly outputs: readonly string[];
}

export interface ChosenContext {
  /** From the workspace root. */
  readonly folder: string;
  /** The reason: a sentence without its full stop. */
  readonly reason: string;
  /** `false`: it is the default, since the copied paths exist in several folders or in none. */
  readonly isCertain: boolean;
}

/**
 * Determines the folder that a Dockerfile copies from: the project's, the workspace's, or one in between. Untracked files on this
 * disk, such as build output, do not count, so that a fresh clone gives the same result. Pure.
 */
export function chooseContext(evidence: ContextEvidence): ChosenContext {
  const { projectRoot } = evidence;
  const { sources } = evidence.reading;
  if (projectRoot === '.') return { folder: '.', reason: 'the project is the workspace', isCertain: true };
  if (sources.length === 0) return { folder: projectRoot, reason: 'the Dockerfile copies nothing from its context', isCertain: true };
  const folders = foldersUpFrom(projectRoot);
  const votes = sources.flatMap((source) => findVote(source, folders, evidence) ?? []);
  const certain = votes.filter(({ isSoft }) => !isSoft);
  const ends = fittingAll([projectRoot, '.'], certain);
  const fitting = ends.length > 0 ? ends : fittingAll(folders, certain);
  if (fitting.length === 0) return { folder: projectRoot, reason: describeConflict(certain, projectRoot), isCertain: false };
  // Declared outputs are less certain than tracked files: they only decide between the remaining folders.
  const narrowed = fittingAll(fitting, votes);
  return decide(narrowed.length === 0 ? fitting : narrowed, votes, evidence);
}

/** The folders that a source can be copied from. */
interface Vote {
  readonly source: ContextSource;
  readonly folders: readonly string[];
  /** It does not exist yet, but a target writes it there. */
  readonly isSoft: boolean;
}

function findVote(source: ContextSource, folders: readonly string[], evidence: ContextEvidence): Vote | undefined {
  const holding = folders.filter((folder) => isTracked(source, folder, evidence.tracked));
  if (holding.length > 0) return { source, folders: holding, isSoft: false };
  const making = folders.filter((folder) => mayBeBuilt(source, folder, evidence));
  return making.length === 0 ? undefined : { source, folders: making, isSoft: true };
}

function fittingAll(folders: readonly string[], votes: readonly Vote[]): readonly string[] {
  return folders.filter((folder) => votes.every((vote) => vote.folders.includes(folder)));
}

function decide(folders: readonly string[], votes: readonly Vote[], { reading, projectRoot }: ContextEvidence): ChosenContext {
  const [nearest = projectRoot] = folders;
  if (folders.length === 1 || !folders.includes('.'))
    return { folder: nearest, reason: describeVotes(nearest, votes, projectRoot), isCertain: true };
  if (findNxCommand(reading.commands) !== undefined) {
    return { folder: '.', reason: 'the Dockerfile runs Nx, which needs the whole workspace', isCertain: true };
  }
  return { folder: nearest, reason: 'what the Dockerfile copies could come from the workspace root as well', isCertain: false };
}

function describeVotes(folder: string, votes: readonly Vote[], projectRoot: string): string {
  const other = folder === projectRoot ? '.' : projectRoot;
  const deciding = votes.find(({ folders }) => folders.includes(folder) && !folders.includes(other)) ?? votes[0];
  if (deciding === undefined) return 'it is the default';
  return `${describeSource(deciding.source)} ${deciding.isSoft ? 'is written to' : 'is in'} ${nameFolder(folder)}, not ${nameFolder(other)}`;
}

function describeConflict(votes: readonly Vote[], projectRoot: string): string {
  const here = votes.find(({ folders }) => folders.includes(projectRoot)) ?? votes[0];
  const elsewhere = votes.find((vote) => here !== undefined && !vote.folders.some((folder) => here.folders.includes(folder)));
  const parts = [here, elsewhere].flatMap((vote) =>
    vote === undefined ? [] : [`${describeSource(vote.source)} is in ${nameFolder(vote.folders[0] ?? '.')}`],
  );
  return `no folder holds all that the Dockerfile copies: ${parts.join(', ')}`;
}

function describeSource({ path, line }: ContextSource): string {
  return `\`${path}\` (line ${line})`;
}

/** The name of a folder in messages. */
export function nameFolder(folder: string): string {
  return folder === '.' ? 'the workspace root' : folder;
}

/** The project's folder, those above it, and the workspace root. */
function foldersUpFrom(root: string): readonly string[] {
  return root === '.' ? ['.'] : [root, ...foldersUpFrom(posix.dirname(root))];
}
