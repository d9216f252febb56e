import { posix } from 'node:path';

import { problemsToError } from '@nx-oci/publish';

import { findBase } from '../node/find-base';
import { findDependencies } from '../node/find-dependencies';
import { findEntry } from '../node/find-entry';
import { findListening } from '../node/find-listening';
import { findStop } from '../node/find-stop';
import { declareHelpers } from '../node/declare-helpers';
import { detectNode } from '../node/detect-node';
import { choosePlatforms } from '../options/choose-platforms';
import { dockerfileOptionProblems } from '../options/dockerfile-option-problems';
import { type App, type ImagePlan, type Kind } from '../options/kind';
import { nodeCommand } from '../options/node-command';

// The user `node` of the official image, as a number, which works without /etc/passwd.
const USER = '1000:1000';

/** A service that Node runs: bundled or compiled, with its production dependencies beside it. */
export const node: Kind = { name: 'node', detect: detectNode, plan };

function plan(app: App): ImagePlan {
  const { options } = app;
  const entry = findEntry(app);
  const base = findBase(app);
  const platforms = choosePlatforms(options, { base: base.reference });
  const dependencies = findDependencies(app, { output: entry.output, libc: base.libc, platforms: platforms.platforms });
  const problems = [...dockerfileOptionProblems(options), ...entry.problems, ...dependencies.problems];
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot give ${options.project} an image`, problems);
  const to = options.to ?? '/app';
  const listening = findListening(app);
  const helpers = declareHelpers(app);
  return {
    source: {
      engine: 'native',
      base: base.reference,
      ...platforms.written,
      layers: [
        ...dependencies.layers.map((layer) => ({ ...layer, to })),
        { from: entry.output, to, ...(dependencies.leftOut.length > 0 && { exclude: dependencies.leftOut }) },
      ],
      cmd: options.cmd ?? nodeCommand(base.reference, posix.join(to, entry.file)) ?? ['node', posix.join(to, entry.file)],
      workdir: to,
      user: USER,
      env: { NODE_ENV: 'production', HOST: '0.0.0.0', PORT: String(listening.port) },
      ports: [listening.port],
      stopSignal: 'SIGTERM',
      tasksBefore: ['build', ...dependencies.tasksBefore],
    },
    targets: dependencies.targets,
    notes: [
      ...entry.notes,
      ...dependencies.notes,
      ...helpers.notes,
      ...listening.notes,
      ...findStop(app),
      ...base.notes,
      ...platforms.notes,
    ],
    prepare: helpers.prepare,
  };
}
