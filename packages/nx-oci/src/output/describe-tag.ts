import { shortDigest } from '@nx-oci/model';
import { style } from './style';

import { type TagPlan } from '../publish/plan-tag';

/** One tag with what happens to it, for a plan: `latest  sha256:… → this image`. */
export function describeTagPlan({ action, from, reason }: TagPlan): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  const old = from === undefined ? '' : shortDigest(from);
  switch (action) {
    case 'create':
      return style.green('create');
    case 'move':
      return style.yellow(`move from ${old}`) + why;
    case 'upToDate':
      return style.dim('up to date');
    case 'held':
      return style.yellow(`held${reason === undefined ? '' : `: ${reason}`}`);
    case 'refused':
      return style.red('refused') + why;
  }
}
