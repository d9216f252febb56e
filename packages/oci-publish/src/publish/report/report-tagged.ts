import { describeOutcome, renderResults } from '../../report/render-results';
import { type ImageReport } from '../../report/report-schema';
import { type RunFolder } from '../../run/run-folder';
import { type StagedRecord } from '../stage/staged-record';
import { type TaskResult, type TaskResults } from '../task/task-result';
import { writeReport } from './write-report';

/** An image, and its result. */
export interface TaggedImage {
  readonly record: StagedRecord;
  readonly report: ImageReport;
  /** It has its tags in at least one registry. */
  readonly isReached: boolean;
  /** It has its tags in all registries. */
  readonly isSuccess: boolean;
  /** Another run set an immutable tag first. */
  readonly isRaced?: boolean;
}

interface TaggedContext {
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunFolder<StagedRecord>;
  readonly print: (text: string) => void;
}

/** Reports images whose tags this process set: on screen, in the run folder and in the folder of each image. */
export async function reportTagged(tagged: readonly TaggedImage[], context: TaggedContext): Promise<void> {
  const reports = tagged.flatMap(({ report, isReached }) => (isReached ? [report] : []));
  const recorded = Promise.all(tagged.map((image) => recordTagged(image, context)));
  if (reports.length > 0) context.print(renderResults(reports));
  await recorded;
}

async function recordTagged({ record: { taskId, folder }, report, isSuccess }: TaggedImage, context: TaggedContext): Promise<void> {
  const record = isSuccess ? { taskId, state: 'tagged' as const } : { taskId, state: 'failed' as const, reason: report.reason ?? '' };
  await Promise.all([context.run.record(record), writeReport(folder, report, context)]);
}

/** The results of this process' own tasks. Pure. */
export function resultsOf(tagged: readonly TaggedImage[], own: readonly StagedRecord[]): TaskResults {
  const isOwn = (id: string): boolean => own.some(({ taskId }) => taskId === id);
  // Images that other processes staged cannot be planned again here.
  const mayRepeat = tagged.every(({ record }) => isOwn(record.taskId));
  const results = tagged.map(({ record, report, isReached, isSuccess, isRaced }): readonly [string, TaskResult] => {
    const text = isReached ? describeOutcome(report) : (report.reason ?? '');
    return [record.taskId, { success: isSuccess, text, isRaced: isRaced === true && mayRepeat }];
  });
  return new Map(results.filter(([id]) => isOwn(id)));
}
