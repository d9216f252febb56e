import { type Digest } from '@nx-oci/model';

import { describeDestination } from '../destination/destination';
import { describeTransfer, type Transfer } from './estimate-transfer';
import { type NormalizedTask } from '../task/normalize-task';
import { describeGrowth } from '../size/describe-growth';
import { type LargeFile } from '../size/largest-files';
import { type DestinationPlan, type ImagePlan } from './plan-image';
import { type TagRule } from '../../tags/rules/tag-rule';
import { describeError } from '../../text/describe-error';
import { describeSkippedRules } from '../../tags/describe-skipped-rule';
import { renderPlannedTags } from './describe-tag';
import { formatBytes } from '../../text/format-bytes';
import { plainLine } from '../../text/plain-text';
import { renderTable } from '../../text/render-table';
import { style } from '../../text/style';

/** A plan, rendered for the user. */
export interface ShownPlan {
  readonly plan: ImagePlan;
  /** Of the destinations for which it is known what they get. */
  readonly transfers: ReadonlyMap<DestinationPlan, Transfer>;
  /** The largest of each new layer. */
  readonly files: ReadonlyMap<Digest, readonly LargeFile[]>;
}

/** What a publish would do, tag by tag, for `--dryRun`; first the values that it would do it with. */
export function renderPlan({ plan, transfers, files }: ShownPlan): string {
  const { prepared, destinations, digest, failures } = plan;
  return [
    describeImage(plan),
    renderTable(describeValues(plan)),
    ...[prepared.version.notice, prepared.version.doubt].flatMap((text) =>
      text === undefined || text === prepared.version.reason ? [] : [style.yellow(`  ${plainLine(text)}`)],
    ),
    renderPlannedTags(destinations, digest),
    ...describeGrowth({ growth: plan.growth, files, sizeBytes: prepared.image.sizeBytes, limits: prepared.task.limits }).map((line) =>
      style.dim(line),
    ),
    ...destinations.map((destination) => {
      const transfer = transfers.get(destination);
      if (transfer !== undefined) return describeTransfer(destination, transfer);
      return style.dim(
        `  ${describeDestination(destination.destination)}: what has to be sent is known after the build and the push by its engine`,
      );
    }),
    ...failures.map(({ destination, error }) => style.red(`  ${describeDestination(destination)} failed: ${describeError(error)}`)),
    ...describeSkippedRules(prepared.tags.skipped).map((line) => style.dim(`  no tag for ${line}`)),
  ].join('\n');
}

function describeImage({ prepared, digest, adoptedFrom }: ImagePlan): string {
  const { task, image } = prepared;
  const parts = [
    digest === undefined ? (image.caveat ?? 'digest known after the push') : digest,
    ...(image.sizeBytes === undefined ? [] : [formatBytes(image.sizeBytes)]),
    ...(image.platforms.length === 0 ? [] : [image.platforms.map(({ platform }) => platform).join(' and ')]),
    ...(adoptedFrom === undefined ? [] : [`the build that ${describeDestination(adoptedFrom)} already has`]),
  ];
  return `${style.bold(task.project)} ${parts.join(', ')}`;
}

function describeValues({ prepared: { task, version } }: ImagePlan): readonly (readonly string[])[] {
  const switches = [...(task.isForced ? ['force'] : []), ...(task.prune ? ['prune'] : [])];
  return [
    ['  version', `${version.release ?? version.line ?? 'none'} ${style.dim(`(${plainLine(version.reason)})`)}`],
    ...describeRules(task),
    ['  registries', `${task.registries.map(({ name }) => name).join(', ')} ${style.dim(`(${task.origins.registries})`)}`],
    ...(switches.length === 0 ? [] : [['  switched on', switches.join(', ')]]),
  ];
}

/** The list of rules that most registries have, and the lists of those that have one of their own. */
function describeRules({ registries, rules, registryRules, origins, released }: NormalizedTask): readonly (readonly string[])[] {
  const row = (title: string, list: readonly TagRule[], origin: string) => [title, describeOrigins(list, { origin, released })];
  const isShared = registries.some(({ name }) => !registryRules.has(name));
  return [
    ...(isShared ? [row('  tags', rules, origins.tags)] : []),
    ...[...registryRules].map(([name, list]) => row(`  tags in ${name}`, list, 'registries.yaml')),
  ];
}

/** The rules by who asked for them: `sha, latest (registries.yaml), version (exactVersion)`. */
function describeOrigins(
  list: readonly TagRule[],
  { origin, released }: { readonly origin: string } & Pick<NormalizedTask, 'released'>,
): string {
  const byOrigin = new Map<string, Set<string>>();
  for (const { label, addedBy } of list) {
    const from = addedBy ?? (label === released?.imageTag ? 'nx release' : origin);
    byOrigin.set(from, (byOrigin.get(from) ?? new Set()).add(label));
  }
  return [...byOrigin].map(([from, labels]) => `${[...labels].join(', ')} ${style.dim(`(${from})`)}`).join(', ');
}
