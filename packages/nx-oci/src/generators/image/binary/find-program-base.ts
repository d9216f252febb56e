import { buildForHint, readExecutable } from '@nx-oci/publish';
import { formatPlatform, parsePlatform } from '@nx-oci/model';

import { joinPathFragments } from '../../../nx/devkit';
import { readPlatformNames } from '../options/choose-platforms';
import { type App } from '../options/kind';
import { type FoundProgram } from './find-program';

export interface FoundProgramBase {
  readonly reference: string;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

// Has certificates for HTTPS, time zones and a user, but no other programs; SHARED also has the C library.
const STATIC = 'gcr.io/distroless/static-debian12:nonroot';
const SHARED = 'gcr.io/distroless/cc-debian12:nonroot';

/** The names of bases without a C library. */
const WITHOUT_LIBRARIES = /^scratch$|distroless\/static|chainguard\/static/;

// The default platform of an image from files.
const DEFAULT_PLATFORM = 'linux/amd64';

/** The base image of a program, checked against the built file if it exists. */
export function findProgramBase({ tree, options, project }: App, { file, linking }: FoundProgram): FoundProgramBase {
  const asked = options.platforms === undefined ? [DEFAULT_PLATFORM] : readPlatformNames(options.platforms);
  const platform = parsePlatform(asked[0] ?? DEFAULT_PLATFORM);
  const content = tree.exists(file) && tree.isFile(file) ? tree.read(file) : null;
  const built = content === null ? undefined : readExecutable(content);
  const { interpreter } = built ?? {};
  const isShared = built === undefined ? linking === 'shared' : interpreter !== undefined;
  const reference = options.base ?? (isShared ? SHARED : STATIC);
  const problems = [
    ...(asked.length > 1
      ? [
          `\`--platforms\`: ${file} is a program for one platform → name one, or write a layer for each in project.json: { "from": "dist/app-{os}-{arch}", "to": "/app" }`,
        ]
      : []),
    ...(built?.runsOn(platform) === false
      ? [`${file} is a program for ${built.madeFor}, the image is for ${formatPlatform(platform)} → ${buildForHint(platform)}`]
      : []),
    ...(interpreter !== undefined && WITHOUT_LIBRARIES.test(reference)
      ? [
          `${file} needs the loader ${interpreter}, which ${reference} does not have → build it with CGO_ENABLED=0 (Go) or for a musl target (Rust), or use --base=${SHARED}`,
        ]
      : []),
  ];
  const isRust = tree.exists(joinPathFragments(project.root, 'Cargo.toml'));
  const how = isRust
    ? `give it \`--target ${platform.architecture === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-musl\``
    : `set GOOS=linux, GOARCH=${platform.architecture} and CGO_ENABLED=0 in \`env\` of the target build`;
  const build = `Build: the image is for ${formatPlatform(platform)}. Where its build runs elsewhere, ${how}.`;
  return {
    reference,
    notes: [
      `Base: ${reference} (${reasonFor(reference, options.base, interpreter)}).`,
      ...(built === undefined && linking === 'open' ? [build] : []),
    ],
    problems,
  };
}

function reasonFor(reference: string, written: string | undefined, interpreter: string | undefined): string {
  if (reference === 'scratch') return '--base: no certificates, so that HTTPS requests of the program fail unless it has its own';
  if (written !== undefined) return '--base';
  if (reference === STATIC) return 'the default: certificates, time zones and a user';
  const why = interpreter === undefined ? 'its build links it with shared libraries' : `its program needs ${interpreter}`;
  return `${why}; one that is linked statically gets a smaller one`;
}
