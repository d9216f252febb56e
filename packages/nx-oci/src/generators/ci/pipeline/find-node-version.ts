import { type Tree } from '@nx/devkit';

/** The version of Node that CI runs with. */
export interface NodeVersion {
  /** The file that names it, if there is one. */
  readonly file: string | undefined;
  /** As in tags of the image `node`: `22`, `22.12.0`. */
  readonly version: string;
}

const FILES = ['.nvmrc', '.node-version'];
const DEFAULT_VERSION = '22';

/** The version that a file of the workspace names; not `engines` of package.json, whose range usually includes any newer one. */
export function findNodeVersion(tree: Tree): NodeVersion {
  const file = FILES.find((candidate) => tree.exists(candidate));
  const written = file === undefined ? undefined : tree.read(file, 'utf8')?.trim();
  // Images have no tags such as `lts/jod`.
  const number = /^v?(\d+(?:\.\d+){0,2})$/.exec(written ?? '')?.[1];
  return { file, version: number ?? DEFAULT_VERSION };
}
