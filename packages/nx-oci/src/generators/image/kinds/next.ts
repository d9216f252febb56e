import { posix } from 'node:path';

import { problemsToError } from '@nx-oci/publish';

import { joinPathFragments } from '../../../nx/devkit';
import { findEnvironmentFiles } from '../next/find-environment-files';
import { findNextConfig } from '../next/find-next-config';
import { findStandalone } from '../next/find-standalone';
import { findBase } from '../node/find-base';
import { choosePlatforms } from '../options/choose-platforms';
import { dockerfileOptionProblems } from '../options/dockerfile-option-problems';
import { type App, type ImagePlan, type Kind } from '../options/kind';
import { nodeCommand } from '../options/node-command';

// The user `node` of the official image. It may write beside the server, where Next caches pages and images.
const USER = '1000:1000';
const DEFAULT_PORT = 3000;
// Next copies what is installed on the machine that builds; these have add-ons for its platform.
const WITH_ADD_ONS = ['sharp', '@prisma/client', 'bcrypt', 'better-sqlite3', 'canvas', 'argon2'];
const DEPENDENCIES = 'node_modules';

/** A Next app with its own server, `output: 'standalone'`. */
export const next: Kind = { name: 'next', detect: (app) => findNextConfig(app)?.sign, plan };

async function plan(app: App): Promise<ImagePlan> {
  const { tree, project, options } = app;
  const config = findNextConfig(app) ?? { file: joinPathFragments(project.root, 'next.config.js'), text: '', sign: '' };
  const { distFolder, appFolder, distBelow, problems: found } = findStandalone(app, config);
  const problems = [...dockerfileOptionProblems(options), ...found];
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot give ${options.project} an image`, problems);
  const base = findBase(app);
  const platforms = choosePlatforms(options, { base: base.reference, obstacle: findPlatformObstacle(app) });
  const environment = await findEnvironmentFiles(app);
  const to = options.to ?? '/app';
  const port = options.port ?? DEFAULT_PORT;
  const from = posix.join(distFolder, 'standalone');
  const leftOut = environment.leftOut.map((file) => posix.join(appFolder, posix.relative(project.root, file)));
  const publicFolder = joinPathFragments(project.root, 'public');
  // A single pattern: each one has to match something, and files of variables may not exist.
  const notBesideServer = leftOut.length === 0 ? DEPENDENCIES : `{${[DEPENDENCIES, ...leftOut].join(',')}}`;
  return {
    source: {
      engine: 'native',
      base: base.reference,
      ...platforms.written,
      layers: [
        { from, to, include: [DEPENDENCIES] },
        { from, to, exclude: [notBesideServer], owner: USER },
        { from: posix.join(distFolder, 'static'), to: posix.join(to, distBelow, 'static') },
        ...(tree.exists(publicFolder) ? [{ from: publicFolder, to: posix.join(to, appFolder, 'public') }] : []),
      ],
      cmd: options.cmd ??
        nodeCommand(base.reference, posix.join(to, appFolder, 'server.js')) ?? ['node', posix.join(to, appFolder, 'server.js')],
      workdir: to,
      user: USER,
      // An engine sets HOSTNAME to the name of the container, and Next would listen on that address only.
      env: { NODE_ENV: 'production', HOSTNAME: '0.0.0.0', PORT: String(port) },
      ports: [port],
      stopSignal: 'SIGTERM',
    },
    notes: [
      `Entry: ${posix.join(from, appFolder, 'server.js')} (output: standalone).`,
      `Port: ${port} (${options.port === undefined ? 'the default; --port sets another' : '--port'}).`,
      ...base.notes,
      ...platforms.notes,
      ...environment.notes,
    ],
  };
}

/** Why the modules that Next copies run on one platform only. */
function findPlatformObstacle({ tree, project }: App): string | undefined {
  const roots = [...new Set(['.', project.root])];
  const found = WITH_ADD_ONS.filter((name) => roots.some((root) => tree.exists(joinPathFragments(root, 'node_modules', name))));
  if (found.length === 0) return undefined;
  return `Next copies ${found.join(', ')} as installed on the machine that builds`;
}
