import { isDigest } from '@nx-oci/model';

import { refuse } from '../http/protocol-error';
import { answerError } from '../quirks/answer-error';
import { keepImmutableTags } from '../quirks/tags';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';

// zot 6d19b445, pkg/api/routes.go
const MAX_TAGS = 46;

/** zot. Mounts without `from`, referrers and several tags in one push work as in the embedded registry. */
export const zot: RegistryProfile = {
  name: 'zot',
  title: 'zot',
  login: { scheme: 'basic' },
  rateLimits: [],
  settings: ['immutableTags'],
  makeQuirks: (settings) => [
    // A policy with `create` and without `update`: https://docs.eblu.me/how-to/zot/enforce-tag-immutability
    keepImmutableTags(settings, () => answerError({ status: 403, code: 'DENIED', message: 'requested access to the resource is denied' })),
    judgeUpload,
    judgeTags,
  ],
};

/** zot 6d19b445, pkg/api/routes.go, CreateBlobUpload */
const judgeUpload: Quirk = ({ request: { query, headers }, route }, next) => {
  if (route.noun !== 'uploads') return next();
  if (query.has('from') && !query.has('mount')) return Promise.resolve(refuse('UNSUPPORTED', 'A source without a digest to mount.'));
  const isWhole = query.has('digest') && !query.has('mount');
  return isWhole && headers['content-type'] !== 'application/octet-stream' ? Promise.resolve({ status: 415 }) : next();
};

/** The same file: several tags require a push by digest. */
const judgeTags: Quirk = ({ request: { method, query }, route }, next) => {
  const count = route.noun === 'manifest' && method === 'PUT' ? query.getAll('tag').length : 0;
  if (count === 0) return next();
  if (!isDigest(route.reference)) return Promise.resolve({ status: 400 });
  return count > MAX_TAGS ? Promise.resolve({ status: 414 }) : next();
};
