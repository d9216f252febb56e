import { formatBytes } from '../text/format-bytes';
import { plainLine } from '../text/plain-text';
import { renderTable } from '../text/render-table';
import { style } from '../text/style';
import { describeDestination } from '../publish/destination/destination';
import { type LeftImage } from './find-candidates';
import { type RebaseResult, type StagedRebase } from './rebase-images';

/** The report of a rebase. Contains no secrets. */
export interface RebaseReport {
  readonly schemaVersion: 1;
  readonly images: readonly RebasedImage[];
  /** Images that were left as they are, and why. */
  readonly left: readonly LeftImage[];
}

export interface RebasedImage {
  readonly project: string;
  /** `host[:port]/repository` */
  readonly repository: string;
  readonly from: string;
  readonly digest: string;
  /** `reference` of the base, and its digests before and now. */
  readonly base: { readonly reference: string; readonly from: string; readonly to: string };
  readonly tags: readonly { readonly tag: string; readonly outcome: 'set' | 'held'; readonly reason?: string }[];
  /** Blobs that were uploaded, and their bytes: configs, and layers of a base on another host. */
  readonly sent: StagedRebase['sent']['uploaded'];
  readonly mounted: StagedRebase['sent']['mounted'];
}

export function reportRebase({ rebased, outcomes, left }: RebaseResult): RebaseReport {
  const images = rebased.map((one): RebasedImage => {
    const repository = describeDestination(one.target);
    const { reference, from, to } = one.moved;
    return {
      project: one.named.task.project,
      repository,
      from: one.image.digest,
      digest: one.root.descriptor.digest,
      base: { reference, from, to },
      tags: one.tags.map(({ tag }) => {
        const { kind = 'set', reason } = outcomes.find((outcome) => outcome.repository === repository && outcome.tag === tag) ?? {};
        return { tag, outcome: kind, ...(reason !== undefined && { reason }) };
      }),
      sent: one.sent.uploaded,
      mounted: one.sent.mounted,
    };
  });
  return { schemaVersion: 1, images, left };
}

/** For the terminal. */
export function renderRebase({ images, left }: RebaseReport, isDryRun: boolean): string {
  const rows = images.map(({ project, repository, base, tags, sent }) => [
    project,
    plainLine(
      `${repository}: ${tags.map(({ tag, outcome, reason }) => `${tag}${outcome === 'held' ? ` held (${reason ?? ''})` : ''}`).join(', ')}`,
    ),
    plainLine(`${base.reference} ${base.from.slice(0, 19)} → ${base.to.slice(0, 19)}`),
    isDryRun ? '' : formatBytes(sent.bytes),
  ]);
  const moved = images.filter(({ tags }) => tags.some(({ outcome }) => outcome === 'set')).length;
  const header = ['image', 'tags', 'base', isDryRun ? '' : 'sent'].map((title) => style.bold(title));
  const what = moved === 1 ? '1 image' : `${moved} images`;
  const where = moved === 1 ? 'on its new base' : 'on their new bases';
  return [
    ...(rows.length === 0 ? [] : [renderTable([header, ...rows])]),
    ...left.map(({ project, place, kind, why }) => style.yellow(plainLine(`${project}: ${describeLeft(kind, place)}: ${why}`))),
    style.bold(moved === 0 ? NONE : `${what} ${isDryRun ? 'would be put' : 'put'} ${where}.`),
  ].join('\n');
}

const NONE = 'No image to put on a new base.';

function describeLeft(kind: LeftImage['kind'], place: string): string {
  return kind === 'rebuild'
    ? `the base of ${place} has moved, and only a build renews it`
    : `it is unknown whether the base of ${place} has moved`;
}
