import { dirname } from 'node:path/posix';

import { type Tree } from '@nx/devkit';

import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { readText } from '../project/build-of';
import { dependenciesOf } from '../project/dependencies-of';
import { findSource } from '../project/find-source';

const SOURCE = /\.[cm]?[jt]sx?$/;
const NOT_SOURCE = /^(?:\..+|node_modules|dist|out-tsc|coverage)$/;
// The last three are packages that handle the signal.
const HANDLER = /SIGTERM|enableShutdownHooks|close-with-grace|@godaddy\/terminus|fastify-graceful-shutdown/;

/** A note for a service that does not end when it is asked to: as the first process of a container, Node ignores SIGTERM. */
export function findStop(app: App): readonly string[] {
  const main = findSource(app);
  if (main === undefined) return [];
  const folder = dirname(main);
  if (sourcesUnder(app.tree, folder).some((file) => HANDLER.test(readText(app.tree, file) ?? ''))) return [];
  const line = dependenciesOf(app).includes('@nestjs/core')
    ? 'app.enableShutdownHooks();'
    : "process.on('SIGTERM', () => process.exit(0));";
  const tested = app.options.test === true ? '; where Docker or podman runs, the test of the image refuses it' : '';
  return [
    `Stop: no source file in ${folder} handles SIGTERM, so an engine waits ten seconds at each stop, then kills it${tested}. → Add to ${main}: ${line}`,
  ];
}

function sourcesUnder(tree: Tree, folder: string): readonly string[] {
  return tree.children(folder).flatMap((name) => {
    const path = joinPathFragments(folder, name);
    if (NOT_SOURCE.test(name)) return [];
    if (!tree.isFile(path)) return sourcesUnder(tree, path);
    return SOURCE.test(name) ? [path] : [];
  });
}
