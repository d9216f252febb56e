import { type Connection } from '../connection/open-connection';
import { describeError } from '../output/describe-error';
import { finishReport } from './finish-report';
import { type ImageReport } from './image-report';
import { type PublishContext } from './publish-context';
import { setTags } from './set-tags';
import { openTags, type NotedTag, type StagedNote } from './staged-note';

/** An image, and what became of it. */
export interface TaggedImage {
  readonly note: StagedNote;
  readonly report: ImageReport;
  /** It has its tags in one registry at least. */
  readonly isReached: boolean;
  /** It has them everywhere. */
  readonly isSuccess: boolean;
}

/**
 * Sets the tags of images that are tagged together. First those that all or none of them get; a registry that does not
 * stop the others (`onFailure: continue`) comes after that, and fails for itself.
 */
export async function tagGroup(
  notes: readonly StagedNote[],
  { client }: Connection,
  context: PublishContext,
): Promise<readonly TaggedImage[]> {
  const set = (tags: readonly NotedTag[]): Promise<string | undefined> =>
    setTags(openTags(tags, client), context.signal).then(() => undefined, describeError);
  const startMs = context.now();
  const failure = await set(notes.flatMap(({ tags }) => tags.filter(({ mayFail }) => !mayFail)));
  if (failure !== undefined) {
    const reason = `${failure}\n  All content of this run is staged; some of its tags may be set. Run the publish again to finish.`;
    return notes.map((note) => ({ note, report: { ...note.report, outcome: 'failed', reason }, isReached: false, isSuccess: false }));
  }
  const failures = await Promise.all(notes.map((note) => setLenient(note, set)));
  const times = { nowMs: context.now(), tagMs: context.now() - startMs };
  return notes.map((note, index) => {
    const report = finishReport(note.report, { ...times, failures: failures[index] ?? new Map() });
    return {
      note,
      report,
      isReached: report.registries.some(({ outcome }) => outcome !== 'failed'),
      isSuccess: report.outcome !== 'failed',
    };
  });
}

async function setLenient(
  { tags }: StagedNote,
  set: (tags: readonly NotedTag[]) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const lenient = tags.filter(({ mayFail }) => mayFail);
  const names = [...new Set(lenient.map(({ entry }) => entry))];
  const reasons = await Promise.all(names.map((name) => set(lenient.filter(({ entry }) => entry === name))));
  return new Map(names.flatMap((name, index) => (reasons[index] === undefined ? [] : [[name, reasons[index]] as const])));
}
