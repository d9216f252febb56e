import { shortDigest, type Digest } from '@nx-oci/model';

import { describeDestination, type Destination } from '../destination/destination';
import { plainLine } from '../../text/plain-text';
import { renderTable } from '../../text/render-table';
import { style } from '../../text/style';
import { type TagPlan } from './plan-tag';

/** What happens to the tags of an image, in one row each. @param digest of the image; `undefined` while it is unknown. */
export function renderPlannedTags(
  destinations: readonly { readonly destination: Destination; readonly tags: readonly TagPlan[] }[],
  digest: Digest | undefined,
): string {
  return renderTable(
    destinations.flatMap(({ destination, tags }) =>
      tags.map((plan) => [`  ${describeDestination(destination)}:${plan.tag}`, ...describePlannedTag(plan, digest)]),
    ),
  );
}

/** What happens to a tag, in three cells: `move`, `sha256:… → sha256:…`, and why. */
function describePlannedTag(plan: TagPlan, digest: Digest | undefined): readonly string[] {
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
      return [style.yellow('held'), old === undefined ? '' : `stays ${old}`, style.yellow(why)];
    case 'refused':
      return [style.red('refused'), `stays ${old ?? ''}`, style.red(why)];
  }
}
