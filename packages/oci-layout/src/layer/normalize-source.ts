import { isAbsolute, resolve } from 'node:path';

import { compilePathGlob, OciError, type Glob } from '@nx-oci/model';

import type { LayerSource } from './layer-source';

/** A complete and valid layer source. */
export interface NormalizedSource {
  readonly from: string;
  /** As written, for messages. */
  readonly to: string;
  /** Without slashes at either end; empty for the root. */
  readonly path: string;
  /** Whether a file goes into the folder `path` under its own name. */
  readonly isFolderWanted: boolean;
  /** Empty: everything. */
  readonly include: readonly Glob[];
  readonly exclude: readonly Glob[];
  readonly leaveOut: NonNullable<LayerSource['leaveOut']>;
  readonly uid: number;
  readonly gid: number;
  readonly isOwnerGiven: boolean;
  readonly mode: number | undefined;
}

/** @throws OciError `OPTIONS_INVALID` */
export function normalizeSource(source: LayerSource): NormalizedSource {
  const owner = source.owner ?? { uid: 0, gid: 0 };
  const problems = [
    ...(isAbsolute(source.from) ? [] : [`"from" is ${JSON.stringify(source.from)}, not an absolute path`]),
    ...(isImagePath(source.to) ? [] : [`"to" is ${JSON.stringify(source.to)}, not an absolute path with "/" and without ".."`]),
    ...(isWhole(owner.uid, 0o17777777777) && isWhole(owner.gid, 0o17777777777) ? [] : ['"owner" must have whole numbers, 0 or more']),
    ...(source.mode === undefined || isWhole(source.mode, 0o7777) ? [] : ['"mode" must be permission bits such as 0o755 (493)']),
  ];
  if (problems.length > 0) {
    throw new OciError('OPTIONS_INVALID', `Cannot build the image: invalid layer source: ${problems.join('; ')}.`, {
      hint: 'Write { "from": "dist/apps/api", "to": "/app" }: the folder on this machine and the folder in the image.',
    });
  }
  return {
    from: resolve(source.from),
    to: source.to,
    path: source.to.split('/').filter(isName).join('/'),
    isFolderWanted: source.to.endsWith('/'),
    include: (source.include ?? []).map(compilePathGlob),
    exclude: (source.exclude ?? []).map(compilePathGlob),
    leaveOut: source.leaveOut ?? (() => 'taken'),
    uid: owner.uid,
    gid: owner.gid,
    isOwnerGiven: source.owner !== undefined,
    mode: source.mode,
  };
}

function isImagePath(to: string): boolean {
  return to.startsWith('/') && !to.includes('\\') && !to.includes('\0') && !to.split('/').includes('..');
}

function isName(part: string): boolean {
  return part !== '' && part !== '.';
}

function isWhole(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= limit;
}
