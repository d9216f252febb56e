import { isOciError } from '@nx-oci/model';

import { type Connection } from '../../connection/open-connection';
import { describeError } from '../../text/describe-error';
import { attemptAll, type Attempt } from '../attempt/attempt-all';
import { finishReport } from './finish-report';
import { type ImageReport } from '../image-report';
import { type MoveContext } from './floating/advance-tag';
import { applyOutcomes } from './floating/apply-outcomes';
import { systemClock } from './floating/clock';
import { createJudge } from './floating/create-judge';
import { type MoveOutcome } from './floating/move-outcome';
import { DEFAULT_SETTLE_MS } from './floating/settle-time';
import { type PublishContext } from '../publish-context';
import { setTags } from './set-tags';
import { openTags, type NotedPlace, type StagedNote } from '../stage/staged-note';

/** An image, and what became of it. */
export interface TaggedImage {
  readonly note: StagedNote;
  readonly report: ImageReport;
  /** It has its tags in one registry at least. */
  readonly isReached: boolean;
  /** It has them everywhere. */
  readonly isSuccess: boolean;
  /** Another run was faster with an immutable tag. */
  readonly isRaced?: boolean;
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
  const outcomes: MoveOutcome[] = [];
  const set = async (places: readonly NotedPlace[]): Promise<Attempt<unknown, unknown>> => {
    const [attempt] = await attemptAll([places], async () => {
      outcomes.push(...(await setTags(openTags(places, client), moveContextOf(context))));
    });
    return attempt ?? { input: places, ok: true, value: undefined };
  };
  const startMs = context.now();
  const firm = await set(notes.flatMap(({ places }) => places.filter(({ mayFail }) => !mayFail)));
  if (!firm.ok) {
    const isRaced = isOciError(firm.error, 'TAG_IMMUTABLE');
    const reason = `${describeError(firm.error)}\n  All content of this run is staged; some of its tags may be set. Run the publish again to finish.`;
    const report = { outcome: 'failed', reason } as const;
    return notes.map((note) => ({ note, report: { ...note.report, ...report }, isReached: false, isSuccess: false, isRaced }));
  }
  const failures = await Promise.all(notes.map((note) => setLenient(note, set)));
  const times = { nowMs: context.now(), tagMs: context.now() - startMs };
  return notes.map((note, index) => {
    const report = finishReport(applyOutcomes(note.report, outcomes), { ...times, failures: failures[index] ?? new Map() });
    return {
      note,
      report,
      isReached: report.registries.some(({ outcome }) => outcome !== 'failed'),
      isSuccess: report.outcome !== 'failed',
    };
  });
}

async function setLenient(
  { places }: StagedNote,
  set: (places: readonly NotedPlace[]) => Promise<Attempt<unknown, unknown>>,
): Promise<ReadonlyMap<string, string>> {
  const lenient = places.filter(({ mayFail }) => mayFail);
  const attempts = await Promise.all(lenient.map((place) => set([place])));
  return new Map(
    lenient.flatMap(({ entry }, index) => {
      const attempt = attempts[index];
      return attempt?.ok === false ? [[entry, describeError(attempt.error)] as const] : [];
    }),
  );
}

/** Floating tags are judged and timed as registries.yaml says. */
function moveContextOf({ workspaceRoot, registries, signal }: PublishContext): MoveContext {
  const { settleMs = DEFAULT_SETTLE_MS, unknownTarget } = registries.publish;
  return { ...createJudge({ workspaceRoot, unknownTarget, signal }), clock: systemClock, settleMs };
}
