import { shortDigest, type Digest } from '@nx-oci/model';

import { type TagPlan } from './plan-tag';
import { plainLine } from '../../text/plain-text';
import { style } from '../../text/style';

/**
 * What happens to a tag, in three cells: `move`, `sha256:… → sha256:…`, and why.
 *
 * @param digest of the image; `undefined` while it is unknown.
 */
export function describePlannedTag(plan: TagPlan, digest: Digest | undefined): readonly string[] {
  const { action, from, to = digest, reason } = plan;
  const [old, ours] = [from, to].map((one) => (one === undefined ? undefined : shortDigest(one)));
  const why = reason === undefined ? '' : plainLine(reason);
  switch (action) {
    case 'create':
      return [style.green('create'), `→ ${ours ?? 'this image'}`, why];
    case 'move':
      return [style.yellow('move'), `${old ?? ''} → ${ours ?? 'this image'}`, why === '' ? '' : style.yellow(why)];
    case 'upToDate':
      return [style.dim('up to date'), old ?? '', ''];
    case 'held':
      return [style.yellow(`held: ${why}`), old === undefined ? '' : `stays ${old}`];
    case 'refused':
      return [style.red('refused'), `stays ${old ?? ''}`, style.red(why)];
  }
}
