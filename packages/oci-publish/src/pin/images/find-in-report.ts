import { type Digest, parseDigest } from '@nx-oci/model';

import { type Destination } from '../../publish/destination/destination';
import { readPublishedImage } from '../../publish/image/read-published-image';
import { type FailureReport, type ImageReport, type TagReport } from '../../report/report-schema';
import { type FoundImage } from './found-image';

/** The image that the report of this run says was published; the registry is asked for its facts, which proves that it is there. */
export async function findInReport(report: ImageReport | FailureReport, destination: Destination): Promise<FoundImage> {
  const absent = (reason: string): FoundImage => ({ kind: 'absent', reason });
  if (!('registries' in report)) return absent(`its publish in this run was ${report.outcome}: ${firstLine(report.reason)}`);
  const { entry, repository } = destination;
  const result = report.registries.find((one) => one.registry === entry.name && one.repository === repository.repository);
  if (result === undefined) return absent(`its publish in this run did not reach the registry ${entry.name}`);
  const set = result.outcome === 'failed' || result.outcome === 'staged' ? [] : result.tags.filter(isSet);
  const digest = digestOf(report, set);
  if (digest === undefined)
    return absent(
      `its publish in this run set no tag (${result.outcome}${result.reason === undefined ? '' : `: ${firstLine(result.reason)}`})`,
    );
  const image = await readPublishedImage(repository, digest, { withPlatforms: true });
  if (image === undefined) return absent(`its publish in this run reported ${digest}, which is no longer there`);
  const lasting = set.filter(({ isFloating }) => !isFloating).map(({ tag }) => tag);
  return { kind: 'found', digest, facts: image.facts, names: exactFirst(lasting, report.version), confirmed: set.map(({ tag }) => tag) };
}

const isSet = ({ action }: TagReport): boolean => ['create', 'move', 'upToDate'].includes(action);

/** Of the manifest; where only an engine knew it, what the tags point at. */
function digestOf({ digest }: ImageReport, set: readonly TagReport[]): Digest | undefined {
  if (set.length === 0) return undefined;
  const known = set.find(({ to }) => to !== undefined)?.to ?? digest;
  return known === undefined ? undefined : parseDigest(known);
}

/** Puts the tag of the version before the others. Pure. */
export function exactFirst(tags: readonly string[], version: string | undefined): readonly string[] {
  const exact = version === undefined ? [] : tags.filter((tag) => tag.endsWith(version.replaceAll('+', '_')));
  return [...exact, ...tags.filter((tag) => !exact.includes(tag))];
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
