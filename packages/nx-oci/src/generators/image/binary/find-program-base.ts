import { buildForHint, readExecutable } from '@nx-oci/publish';
import { formatPlatform, parsePlatform } from '@nx-oci/model';

import { type App } from '../options/kind';
import { type FoundProgram } from './find-program';

export interface FoundProgramBase {
  readonly reference: string;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

// Certificates for HTTPS, time zones and a user, and nothing to run but the program; the other one has the C library as well.
const STATIC = 'gcr.io/distroless/static-debian12:nonroot';
const SHARED = 'gcr.io/distroless/cc-debian12:nonroot';

/** Bases without a C library, by their names. */
const WITHOUT_LIBRARIES = /^scratch$|distroless\/static|chainguard\/static/;

// That of an image from files, unless its target says otherwise.
const PLATFORM = parsePlatform('linux/amd64');

/** What a program is started on: held against the file that was built, where there is one. */
export function findProgramBase({ tree, options }: App, { file, linking }: FoundProgram): FoundProgramBase {
  const content = tree.exists(file) && tree.isFile(file) ? tree.read(file) : null;
  const built = content === null ? undefined : readExecutable(content);
  const { interpreter } = built ?? {};
  const isShared = built === undefined ? linking === 'shared' : interpreter !== undefined;
  const reference = options.base ?? (isShared ? SHARED : STATIC);
  const problems = [
    ...(built?.runsOn(PLATFORM) === false
      ? [`${file} is a program for ${built.madeFor}, the image is for ${formatPlatform(PLATFORM)} → ${buildForHint(PLATFORM)}`]
      : []),
    ...(interpreter !== undefined && WITHOUT_LIBRARIES.test(reference)
      ? [
          `${file} needs the loader ${interpreter}, which ${reference} does not have → build it with CGO_ENABLED=0 (Go) or for a musl target (Rust), or use --base=${SHARED}`,
        ]
      : []),
  ];
  const build = `Build: the image is for ${formatPlatform(PLATFORM)}. Where its build runs elsewhere, set GOOS=linux, GOARCH=amd64 and CGO_ENABLED=0 in \`env\` of the target build.`;
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
