import { type App } from '../options/kind';
import { findNodeVersion } from '../../ci/pipeline/find-node-version';
import { readPackageJson } from '../project/dependencies-of';

export interface FoundBase {
  readonly reference: string;
  readonly libc: 'glibc' | 'musl';
  readonly notes: readonly string[];
}

const DEFAULT_MAJOR = 22;

/** The image of Node to build on: `--base`, else the major version that `engines.node` or a file of the workspace names. */
export function findBase(app: App): FoundBase {
  const { reference, reason } = chooseBase(app);
  const libc = /alpine|musl/.test(reference) ? 'musl' : 'glibc';
  return { reference, libc, notes: [`Base: ${reference} (${reason}; ${libc}).`] };
}

function chooseBase(app: App): { readonly reference: string; readonly reason: string } {
  if (app.options.base !== undefined) return { reference: app.options.base, reason: '--base' };
  const { file, version } = findNodeVersion(app.tree);
  const engines = readPackageJson(app, app.project.root)?.engines?.node ?? readPackageJson(app, '.')?.engines?.node;
  const major = engines === undefined ? undefined : majorOf(engines);
  const named = (number: number | string) => `docker.io/library/node:${number}-slim`;
  if (major !== undefined) return { reference: named(major), reason: `engines.node is ${engines ?? ''}` };
  if (file !== undefined) return { reference: named(version.split('.')[0] ?? version), reason: file };
  return { reference: named(DEFAULT_MAJOR), reason: 'the default' };
}

/** The major version of a range; for an open range, the default version if it is included. */
function majorOf(range: string): number | undefined {
  const last = range.split('||').at(-1)?.trim() ?? '';
  const [, operator = '', digits] = /^(>=?|[\^~=v]*)\s*(\d+)/.exec(last) ?? [];
  if (digits === undefined) return undefined;
  const major = Number(digits);
  return operator.startsWith('>') && !last.includes('<') ? Math.max(major, DEFAULT_MAJOR) : major;
}
