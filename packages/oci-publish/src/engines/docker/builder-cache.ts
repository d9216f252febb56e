import { z } from 'zod';

import type { CacheRemoval, CacheRules } from '../dockerfile/dockerfile-tool';
import { parseBytes } from '../../text/parse-bytes';
import { runToolOrFail } from '../tools/run-tool';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';
import type { DockerBuilder } from './engine-facts';

const cacheSchema = z.array(z.object({ InUse: z.string(), Shared: z.string(), Size: z.string(), LastUsedAt: z.string() }));

/** The cache of a builder: of the one that `rules` name, else of the one that `docker build` uses (with buildx, the current one). */
export async function removeBuilderCache(context: DockerContext, builder: DockerBuilder, rules: CacheRules): Promise<CacheRemoval> {
  if (rules.isDryRun) return { bytes: builder === 'buildx' ? undefined : await readCacheSize(context, rules) };
  const { unusedForMs, builder: name } = rules;
  const named = name === undefined ? [] : [`--builder=${name}`];
  const age = unusedForMs === undefined ? [] : ['--filter', `until=${Math.ceil(unusedForMs / 1000)}s`];
  const call = dockerCall(context, [builder === 'buildx' ? 'buildx' : 'builder', 'prune', ...named, '--force', ...age]);
  const { stdout } = await runToolOrFail(call, dockerPurpose("remove the builder's cache"));
  // "Total reclaimed space: 1.2GB", or "Total:	1.2GB" of buildx
  const [, total = ''] = /^Total(?: reclaimed space)?:\s*(\S+)\s*$/im.exec(stdout) ?? [];
  return { bytes: parseBytes(total) };
}

async function readCacheSize(context: DockerContext, { unusedForMs = 0 }: CacheRules): Promise<number> {
  const call = dockerCall(context, ['system', 'df', '--verbose', '--format', '{{json .BuildCache}}']);
  const { stdout } = await runToolOrFail(call, dockerPurpose("read the size of the builder's cache"));
  const entries = cacheSchema.parse(JSON.parse(stdout) ?? []);
  const isUnused = (lastUsed: string): boolean => {
    // "2026-11-30 18:36:55.336523211 +0000 UTC"; empty if never used.
    const time = Date.parse(lastUsed.replace(/^(\S+) (\S+) ([+-]\d\d)(\d\d).*$/, '$1T$2$3:$4'));
    return Number.isNaN(time) || Date.now() - time >= unusedForMs;
  };
  return entries
    .filter(({ InUse, Shared, LastUsedAt }) => InUse !== 'true' && Shared !== 'true' && isUnused(LastUsedAt))
    .reduce((sum, { Size }) => sum + (parseBytes(Size) ?? 0), 0);
}
