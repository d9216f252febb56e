import { stat } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';

import { formatPlatform, readSmallFile } from '@nx-oci/model';

import { buildForHint, readExecutable } from '../../executables/read-executable';
import { problemsToError } from '../../text/problem';
import { type NativeBuildOptions, type NativeLayer, type NativePlatform } from '../options/native-options';

// Programs with everything in them have some hundred MiB.
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Checks that the program of an image, where a layer has it, runs on each platform of the image.
 *
 * @returns warnings: on `scratch` nothing but the layers can have its loader
 * @throws OciError `OPTIONS_INVALID` for programs of another system or architecture, which no container could start
 */
export async function checkPrograms(options: NativeBuildOptions, project: string): Promise<readonly string[]> {
  const program = programPath(options);
  if (program === undefined) return [];
  const checks = await Promise.all(options.platforms.map((of) => checkProgram(of, program, options)));
  const problems = checks.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot build the image of ${project}`, problems);
  return [...new Set(checks.flatMap(({ warning }) => warning ?? []))];
}

interface Checked {
  readonly problem?: string;
  readonly warning?: string;
}

async function checkProgram({ platform, layers }: NativePlatform, program: string, { base }: NativeBuildOptions): Promise<Checked> {
  const file = await findFile(layers, program);
  const content = file === undefined ? undefined : await readSmallFile(file, MAX_BYTES);
  const found = content && readExecutable(content);
  if (found === undefined) return {};
  if (!found.runsOn(platform)) {
    return {
      problem: `${program} is a program for ${found.madeFor}, the image is for ${formatPlatform(platform)} → ${buildForHint(platform)}`,
    };
  }
  const { interpreter } = found;
  if (interpreter === undefined || base.kind !== 'scratch' || (await findFile(layers, interpreter)) !== undefined) return {};
  return {
    warning: `${program} needs the loader ${interpreter}, which is not in the image, so it does not start on \`scratch\`. Link it statically (Go: CGO_ENABLED=0, Rust: a musl target), or use a base with a C library, such as gcr.io/distroless/cc-debian12.`,
  };
}

/** Absolute; undefined where `PATH` or the base decides. */
function programPath({ config: { entrypoint, cmd, workdir = '/' } }: NativeBuildOptions): string | undefined {
  const [program = ''] = [...(entrypoint ?? []), ...(cmd ?? [])];
  return program.includes('/') ? posix.resolve('/', workdir, program) : undefined;
}

/** The file of this machine that becomes a file of the image: that of the last layer that has it. */
async function findFile(layers: readonly NativeLayer[], path: string): Promise<string | undefined> {
  const sources = layers.flatMap((layer) => layer.sources).toReversed();
  for (const { from, to } of sources) {
    const stats = await statIfThere(from);
    if (stats === undefined) continue;
    const folder = to.endsWith('/') ? to : `${to}/`;
    const file = stats.isDirectory() ? (path.startsWith(folder) ? join(from, path.slice(folder.length)) : undefined) : from;
    const target = stats.isDirectory() || !to.endsWith('/') ? to : `${to}${basename(from)}`;
    if (file === undefined || (!stats.isDirectory() && target !== path)) continue;
    const there = await statIfThere(file);
    if (there?.isFile() === true && there.size <= MAX_BYTES) return file;
  }
  return undefined;
}

async function statIfThere(path: string) {
  return stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  });
}
