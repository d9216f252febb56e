import { isOciError } from '@nx-oci/model';
import { type RegistryClient } from '@nx-oci/distribution';

import { type Connection } from '../../connection/open-connection';
import { describeError } from '../../text/describe-error';
import { attemptAll, type Attempt } from '../destination/attempt-all';
import { finishReport } from '../report/finish-report';
import { type TaggedImage } from '../report/report-tagged';
import { type StagedRepository, type StagedRecord } from '../stage/staged-record';
import { type MoveContext } from './floating/advance-tag';
import { systemClock } from './floating/clock';
import { createOrderResolver } from './floating/create-order-resolver';
import { type MoveOutcome } from './floating/move-outcome';
import { setTags, type TagToSet } from './set-tags';
import { type TagContext } from './tag-context';

/**
 * How long after setting a floating tag it is checked again, unless registries.yaml says otherwise: registries answer a
 * write within tens of milliseconds, those far away or under load within a second.
 */
export const DEFAULT_SETTLE_MS = 2000;

/** This process' own images, and the connections that it staged them with. */
interface OwnPart {
  readonly own: readonly StagedRecord[];
  readonly connection: Connection;
}

/** Sets the tags of all groups that this process is responsible for, each separately. */
export async function tagGroups(
  groups: readonly (readonly StagedRecord[])[],
  part: OwnPart,
  context: TagContext,
): Promise<readonly TaggedImage[]> {
  if (groups.length === 0) return [];
  return withConnection(groups.flat(), part, context, async (connection) =>
    (await Promise.all(groups.map((records) => tagGroup(records, connection, context)))).flat(),
  );
}

async function withConnection<Result>(
  records: readonly StagedRecord[],
  { own, connection }: OwnPart,
  context: TagContext,
  act: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  if (records.every(({ taskId }) => own.some((record) => record.taskId === taskId))) return act(connection);
  // Images of other processes may be in registries that this process has not used yet.
  const wider = await context.connect(context.registries.select(records.flatMap(({ registries }) => registries)), connection.memory);
  try {
    return await act(wider);
  } finally {
    await wider.close();
  }
}

/**
 * Sets the tags of images that are tagged together. First the tags that all or none of them get; a registry that does not
 * stop the others (`onFailure: continue`) follows, and fails separately.
 */
async function tagGroup(records: readonly StagedRecord[], { client }: Connection, context: TagContext): Promise<readonly TaggedImage[]> {
  const outcomes: MoveOutcome[] = [];
  const set = async (repositories: readonly StagedRepository[]): Promise<Attempt<unknown, unknown>> => {
    const [attempt] = await attemptAll([repositories], async () => {
      outcomes.push(...(await setTags(openTags(repositories, client), moveContextOf(context))));
    });
    return attempt ?? { input: repositories, ok: true, value: undefined };
  };
  const startMs = context.now();
  const firm = await set(records.flatMap(({ places }) => places.filter(({ mayFail }) => !mayFail)));
  if (!firm.ok) {
    context.failed?.(firm.error);
    const isRaced = isOciError(firm.error, 'TAG_IMMUTABLE');
    const reason = `${describeError(firm.error)}\n  All content of this run is staged; some of its tags may be set. Run the publish again to finish.`;
    const report = { outcome: 'failed', reason } as const;
    return records.map((record) => ({ record, report: { ...record.report, ...report }, isReached: false, isSuccess: false, isRaced }));
  }
  const failures = await Promise.all(records.map((record) => setLenient(record, set)));
  const times = { nowMs: context.now(), tagMs: context.now() - startMs };
  return records.map((record, index) => {
    const report = finishReport(record.report, { ...times, outcomes, failures: failures[index] ?? new Map() });
    return {
      record,
      report,
      isReached: report.registries.some(({ outcome }) => outcome !== 'failed'),
      isSuccess: report.outcome !== 'failed',
    };
  });
}

async function setLenient(
  { places }: StagedRecord,
  set: (repositories: readonly StagedRepository[]) => Promise<Attempt<unknown, unknown>>,
): Promise<ReadonlyMap<string, string>> {
  const lenient = places.filter(({ mayFail }) => mayFail);
  const attempts = await Promise.all(lenient.map((repository) => set([repository])));
  return new Map(
    lenient.flatMap(({ entry }, index) => {
      const attempt = attempts[index];
      return attempt?.ok === false ? [[entry, describeError(attempt.error)] as const] : [];
    }),
  );
}

/** Guards and times of floating tags come from registries.yaml. */
function moveContextOf({ workspaceRoot, registries, signal }: TagContext): MoveContext {
  const { settleMs = DEFAULT_SETTLE_MS, unknownTarget } = registries.publish;
  return { ...createOrderResolver({ workspaceRoot, unknownTarget, signal }), clock: systemClock, settleMs };
}

function openTags(repositories: readonly StagedRepository[], client: RegistryClient): readonly TagToSet[] {
  return repositories.flatMap(({ registry, repository, manifest: { descriptor, base64 }, tags }) => {
    const opened = client.repository({ registry, repository, access: 'push' });
    const manifest = { descriptor, bytes: Buffer.from(base64, 'base64') };
    return tags.map((tag) => ({ ...tag, repository: opened, manifest }));
  });
}
