import { shortDigest } from '@nx-oci/model';
import pc from 'picocolors';

import { type TagPlan } from '../publish/plan-tag';

/** One tag with what happens to it, for a plan: `latest  sha256:… → this image`. */
export function describeTagPlan({ action, from, reason }: TagPlan): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  const old = from === undefined ? '' : shortDigest(from);
  switch (action) {
    case 'create':
      return pc.green('create');
    case 'move':
      return pc.yellow(`move from ${old}`) + why;
    case 'upToDate':
      return pc.dim('up to date');
    case 'held':
      return pc.yellow(`held${reason === undefined ? '' : `: ${reason}`}`);
    case 'refused':
      return pc.red('refused') + why;
  }
}
