import { OciError } from '@nx-oci/model';

import { highestAbove, isVersionLine } from '../../../tags/version-names';
import { attemptAll } from '../../destination/attempt-all';
import { advanceTag, type TagReading, type MoveContext, type Progress, type Step } from './advance-tag';
import { type FloatingTag } from './floating-tag';
import { listNames, NAMES_UNKNOWN, type KnownNames } from './list-names';
import { outcomeOfMove, type MoveOutcome } from './move-outcome';

// Two runs need two rounds; more rounds than this mean that something keeps moving the tag back.
const MAX_ROUNDS = 10;

/**
 * Moves floating tags forward, and checks again until no older image can overwrite them.
 *
 * Registries have no conditional writes: between our read and our write, another run may write something newer,
 * which we then overwrite. That run notices it, because every run reads its tags back after a time in which every write
 * that began before its own has taken effect, and writes again if it finds an older image. A release also lists the
 * versions right after it wrote, and moves its tag to a higher one. Together, they end on the newest image:
 * docs/architecture.md names the assumptions, `forward-model.spec.ts` tests the interleavings.
 *
 * The immutable tags of the images are set before this is called. All tags share each wait.
 *
 * @param looks readings that were made shortly before, by position.
 * @throws OciError if a tag failed, after all others have been set.
 */
export async function moveForward(
  floating: readonly FloatingTag[],
  context: MoveContext,
  looks: readonly (TagReading | undefined)[] = [],
): Promise<readonly MoveOutcome[]> {
  let open: readonly Progress[] = floating.map((one, index) => start(one, looks[index]));
  const done: Progress[] = [];
  const failures: unknown[] = [];
  for (let round = 1; open.length > 0; round++) {
    if (round > MAX_ROUNDS) throw neverSettles(open);
    if (round > 1) await context.clock.sleep(context.settleMs, context.signal);
    const { written, settled, failed } = await runRound(open, context);
    done.push(...settled);
    failures.push(...failed);
    open = written;
  }
  if (failures.length > 0) throw failures[0];
  return done.map(outcomeOfMove);
}

interface Round {
  /** Written tags, which must be checked again. */
  readonly written: readonly Progress[];
  readonly settled: readonly Progress[];
  readonly failed: readonly unknown[];
}

/** Advances every tag, and immediately advances those again that belong to a higher version. */
async function runRound(open: readonly Progress[], context: MoveContext): Promise<Round> {
  const attempts = await attemptAll(open, (progress) => advanceTag(progress, context));
  const steps = attempts.flatMap((attempt) => (attempt.ok ? [attempt.value] : []));
  const failed = attempts.flatMap((attempt) => (attempt.ok ? [] : [attempt.error]));
  const settled = steps.filter(({ wrote }) => !wrote).map(({ progress }) => progress);
  const { outdone, rest } = await lookForNames(
    steps.filter(({ wrote }) => wrote),
    context,
  );
  if (outdone.length === 0) return { written: rest, settled, failed };
  // This ends, because the version is higher each time.
  const next = await runRound(outdone, context);
  // A tag that was written once is checked again, even if it has moved since.
  return { written: [...rest, ...next.written, ...next.settled], settled, failed: [...failed, ...next.failed] };
}

/** Lists versions, once for each repository in which a release has just moved a tag of a version line. */
async function lookForNames(
  steps: readonly Step[],
  context: MoveContext,
): Promise<{ readonly outdone: readonly Progress[]; readonly rest: readonly Progress[] }> {
  const lists = new Map<string, Promise<KnownNames>>();
  const looked = await Promise.all(
    steps.map(async ({ progress }) => {
      const { store, repository, guard } = progress.floating;
      const { version = guard.facts.version } = guard.above ?? {};
      if (version === undefined || !isVersionLine(guard.scope)) return { progress, isOutdone: false };
      const list = lists.get(repository) ?? listNames(store, context);
      lists.set(repository, list);
      const { names, isWhole } = await list;
      const above = highestAbove({ version, scope: guard.scope, names: guard.names }, names);
      if (above === undefined) {
        return { progress: isWhole ? progress : { ...progress, warning: progress.warning ?? NAMES_UNKNOWN }, isOutdone: false };
      }
      return { progress: { ...progress, floating: { ...progress.floating, guard: { ...guard, above } } }, isOutdone: true };
    }),
  );
  const pick = (isOutdone: boolean) => looked.filter((one) => one.isOutdone === isOutdone).map(({ progress }) => progress);
  return { outdone: pick(true), rest: pick(false) };
}

function start(floating: FloatingTag, look: TagReading | undefined): Progress {
  return { floating, hasWritten: false, decision: { kind: 'stay' }, ...(look && { look }) };
}

function neverSettles(open: readonly Progress[]): OciError {
  const names = open.map(({ floating: { repository, tag } }) => `${repository}:${tag}`).join(', ');
  return new OciError('PUBLISH_INCOMPLETE', `Cannot move ${names}: something else moved it back ${MAX_ROUNDS} times.`, {
    hint: 'Another tool or run moves this tag, too. Stop it, then run the publish again.',
  });
}
