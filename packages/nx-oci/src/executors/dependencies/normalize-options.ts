import { isAbsolute, join } from 'node:path';

import { isInside, OciError } from '@nx-oci/model';
import { problemsToError, readWritten, writtenChoice, writtenFlag, writtenName, writtenTexts } from '@nx-oci/publish';
import { z } from 'zod';

import { LIBCS, MANAGER_NAMES, type LibcName, type ManagerName, type NodePlatform } from './managers/manager';

/** The names in package managers, by the architecture of an image. */
const CPUS: Readonly<Record<string, string>> = {
  amd64: 'x64',
  arm64: 'arm64',
  arm: 'arm',
  386: 'ia32',
  ppc64le: 'ppc64',
  s390x: 's390x',
  riscv64: 'riscv64',
};

const PLATFORM = /^linux\/([a-z0-9]+)(?:\/[a-z0-9]+)?$/;
const FOLDER = 'dist/image-dependencies';

const platformName = z.string().regex(PLATFORM, 'write linux/amd64 or another platform of Linux');

/** The options of a dependencies target; paths are relative to the workspace root. */
export const dependenciesOptionsSchema = z.object({
  from: writtenName.optional().meta({
    description:
      'Folder with the pruned package.json and lock file, which a build or the target prune-lockfile writes; and with workspace_modules, if there are any.',
    examples: ['apps/api/dist'],
  }),
  packageManager: writtenChoice(MANAGER_NAMES)
    .optional()
    .meta({ description: 'What installs the dependencies. By default the one whose lock file there is.' }),
  // Without a default in the schema: Nx would set it beside `platforms`.
  platform: platformName
    .optional()
    .meta({ description: 'What the image runs on, as os/architecture; linux/amd64 by default.', examples: ['linux/arm64'] }),
  platforms: z
    .union(
      [
        z.array(platformName).min(1, 'name one platform at least'),
        z
          .string()
          .transform((text) => text.split(','))
          .pipe(z.array(platformName)),
      ],
      'write a list: ["linux/amd64", "linux/arm64"]',
    )
    .optional()
    .meta({
      description:
        'The platforms of an image for several, instead of `platform`: each has a folder of its own, dist/image-dependencies/<project>/<os>-<arch>, for a layer "from": "dist/image-dependencies/<project>/{os}-{arch}".',
      examples: [['linux/amd64', 'linux/arm64']],
    }),
  libc: writtenChoice(LIBCS)
    .optional()
    .meta({ description: 'The C library of the base image: musl for Alpine Linux, glibc for most others.', default: 'glibc' }),
  optional: writtenTexts.meta({
    description: 'Packages that the built code loads and can do without: it is no mistake that they are not installed.',
    examples: [['bufferutil']],
  }),
  scripts: writtenFlag.optional().meta({
    description:
      'Run the install scripts of dependencies, which compile native add-ons for this machine: only taken on a machine of the same platform and C library as the image.',
    default: false,
  }),
});

/** The options of `nx-oci:dependencies` as a user writes them. */
export type DependenciesOptions = Readonly<z.input<typeof dependenciesOptionsSchema>>;
export interface NormalizedDependenciesOptions {
  /** Absolute. */
  readonly from: string;
  /** Absolute. Its content is replaced. */
  readonly output: string;
  readonly packageManager: ManagerName | undefined;
  readonly platform: NodePlatform;
  /** Optional packages. */
  readonly optional: readonly string[];
  readonly runsScripts: boolean;
}

export interface DependenciesTask {
  readonly workspaceRoot: string;
  readonly project: string;
  /** The platform of this machine. */
  readonly machine: { readonly os: string; readonly cpu: string; readonly libc: LibcName | undefined };
}

/**
 * The installs of a target: one, or one a platform.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems.
 */
export function normalizeOptions(
  written: unknown,
  { workspaceRoot, project, machine }: DependenciesTask,
): readonly NormalizedDependenciesOptions[] {
  const { options = {}, problems } = readWritten(dependenciesOptionsSchema, written);
  const from = options.from ?? '';
  const names = options.platforms ?? [options.platform ?? 'linux/amd64'];
  const architectures = [...new Set(names.map((name) => PLATFORM.exec(name)?.[1] ?? ''))];
  const installs = architectures.map((architecture) => {
    const platform: NodePlatform = { os: 'linux', cpu: CPUS[architecture] ?? architecture, libc: options.libc ?? 'glibc' };
    return { platform, folder: options.platforms === undefined ? '' : `linux-${architecture}` };
  });
  const all = [
    ...problems,
    ...('from' in options ? [] : ['`from` is missing → name the folder with the pruned package.json and lock file']),
    ...(!isInside('.', from) ? ['`from`: write a path from the workspace root.'] : []),
    ...(options.platform !== undefined && options.platforms !== undefined ? ['`platform` and `platforms` are both set → remove one'] : []),
    ...installs.flatMap(({ platform }) =>
      options.scripts === true && !isSame(platform, machine) ? [refuseScripts(platform, machine)] : [],
    ),
  ];
  if (all.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot install the dependencies of ${project}`, all);
  return installs.map(({ platform, folder }) => ({
    from: join(workspaceRoot, from),
    output: join(workspaceRoot, FOLDER, folderOf(project), folder),
    packageManager: options.packageManager,
    platform,
    optional: options.optional ?? [],
    runsScripts: options.scripts ?? false,
  }));
}

/** Absolute: what all installs of a project are in. */
export function dependenciesFolder(workspaceRoot: string, project: string): string {
  return join(workspaceRoot, FOLDER, folderOf(project));
}

function isSame(platform: NodePlatform, machine: DependenciesTask['machine']): boolean {
  return platform.os === machine.os && platform.cpu === machine.cpu && platform.libc === machine.libc;
}

function refuseScripts(platform: NodePlatform, machine: DependenciesTask['machine']): string {
  return `\`scripts\`: install scripts make files for this machine (${describePlatform(machine)}), the image is ${describePlatform(platform)} → run this target on such a machine, or set \`scripts\` to false`;
}

/** `linux x64 (glibc)` */
export function describePlatform({
  os,
  cpu,
  libc,
}: {
  readonly os: string;
  readonly cpu: string;
  readonly libc?: string | undefined;
}): string {
  return `${os} ${cpu}${libc === undefined ? '' : ` (${libc})`}`;
}

/** The part of the path that an output with `{projectName}` matches. */
function folderOf(project: string): string {
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(project) || isAbsolute(project)) {
    throw new OciError('OPTIONS_INVALID', `Cannot install the dependencies of ${project}: the name leads out of ${FOLDER}.`, {
      hint: 'Give the project a name without "..".',
    });
  }
  return project;
}
