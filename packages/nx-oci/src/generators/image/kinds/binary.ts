import { posix } from 'node:path';

import { problemsToError } from '@nx-oci/publish';

import { detectBinary } from '../binary/detect-binary';
import { findProgram } from '../binary/find-program';
import { findProgramBase } from '../binary/find-program-base';
import { choosePlatforms } from '../options/choose-platforms';
import { dockerfileOptionProblems } from '../options/dockerfile-option-problems';
import { type App, type ImagePlan, type Kind } from '../options/kind';

// The user `nonroot` of distroless images, as a number, which works without /etc/passwd.
const USER = '65532:65532';

/** One program that needs no interpreter, such as one in Go or Rust. */
export const binary: Kind = { name: 'binary', detect: detectBinary, plan };

function plan(app: App): ImagePlan {
  const { options } = app;
  const program = findProgram(app);
  const base = findProgramBase(app, program);
  const problems = [...dockerfileOptionProblems(options), ...program.problems, ...base.problems];
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot give ${options.project} an image`, problems);
  const platforms = choosePlatforms(options, { base: base.reference, obstacle: 'a program is for one' });
  const to = options.to ?? posix.join('/', posix.basename(program.file).replace(/\.exe$/, ''));
  const { port } = options;
  return {
    source: {
      engine: 'native',
      base: base.reference,
      ...platforms.written,
      // A program from a cache or from Windows may lack the executable bit.
      layers: [{ from: program.file, to, mode: '755' }],
      entrypoint: [to.endsWith('/') ? posix.join(to, posix.basename(program.file)) : to],
      ...(options.cmd !== undefined && { cmd: options.cmd }),
      user: USER,
      ...(port !== undefined && { env: { PORT: String(port) }, ports: [port] }),
    },
    notes: [...program.notes, ...base.notes, ...(options.platforms === undefined ? [] : platforms.notes)],
  };
}
