import fc from 'fast-check';
import semver from 'semver';

import { explore } from './testing/explore';
import { interleave, type Choose } from './testing/interleave';
import { type ModelImage, type ModelRegistry } from './testing/model-registry';
import { compareModelCommits, imageOf, type Diligence, type FloatingName, type ModelRun } from './testing/model-run';

/** Number of cases of a search; `npm run model` sets more. */
const LIMIT = Number(process.env['NX_OCI_MODEL_CASES'] ?? '600');
/** Fixed, so that the specs always run the same cases; `npm run model` generates new ones. */
const SEED = Number(process.env['NX_OCI_MODEL_SEED'] ?? '1');
const MINUTES = 60_000;

const FLOATING: readonly FloatingName[] = ['latest', 'v1', 'main'];

function commit(position: number, more: Partial<ModelRun> = {}): ModelRun {
  return { commit: { line: 'main', position }, floating: ['latest'], ...more };
}
const release = (version: string, position: number, line = 'main'): ModelRun => ({
  commit: { line, position },
  version,
  floating: ['latest'],
});

const rebase = (run: ModelRun, baseUpdates = 1): ModelRun => ({ ...run, baseUpdates });

const PAIRS: readonly (readonly [string, readonly ModelRun[]])[] = [
  ['neighbouring commits', [commit(1), commit(2)]],
  ['one commit, published twice', [commit(1), commit(1)]],
  ['two releases', [release('1.0.0', 1), release('1.1.0', 2)]],
  ['a backport that is committed last', [release('2.0.1', 1), release('1.9.1', 2, 'backport')]],
  ['one release, published twice', [release('1.0.0', 1), release('1.0.0', 1)]],
  ['a release and the commit after it', [release('1.0.0', 1), commit(2)]],
  ['a commit and the release after it', [commit(1), release('1.0.0', 2)]],
  ['a commit, and that commit on a newer base', [commit(1), rebase(commit(1))]],
  ['a commit on two newer bases', [rebase(commit(1), 1), rebase(commit(1), 2)]],
  ['a commit on a newer base, and the commit after it', [rebase(commit(1)), commit(2)]],
  ['a release on a newer base, and the release after it', [rebase(release('1.0.0', 1)), release('1.1.0', 2)]],
  ['commits of two lines', [commit(1), { ...commit(2), commit: { line: 'other', position: 2 } }]],
];

/** Whether one image is newer where `latest` is concerned: by version, else by history, else by time. */
function isNewer(one: ModelImage, other: ModelImage): boolean {
  const [ours, theirs] = [one.facts, other.facts];
  if (ours.version !== undefined && theirs.version !== undefined && ours.version !== theirs.version) {
    return semver.gt(ours.version, theirs.version);
  }
  const order = compareModelCommits(ours.revision ?? '', theirs.revision ?? '');
  if (order === 'diverged') return (ours.created ?? '') > (theirs.created ?? '');
  if (order === 'same') return (ours.baseUpdates ?? 0) > (theirs.baseUpdates ?? 0);
  return order === 'descendant';
}

/** The image that no other is newer than; `undefined` if they go round in a circle. */
function newestOf(images: readonly ModelImage[]): ModelImage | undefined {
  return images.find((image) => images.every((other) => other.name === image.name || isNewer(image, other)));
}

function expectWhole(registry: ModelRegistry): void {
  for (const tag of FLOATING) {
    const image = registry.imageAt(tag);
    if (image !== undefined && !registry.isComplete(image)) throw new Error(`${tag} points at ${image.name}, which is incomplete`);
  }
}

interface Scenario {
  readonly runs: readonly ModelRun[];
  readonly killedAfter?: readonly (number | undefined)[];
  readonly diligence?: Diligence;
}

/** Plays a scenario, then repeats the killed runs one after the other; throws if a tag does not point at the right image. */
async function play({ runs, killedAfter = [], diligence }: Scenario, choose: Choose): Promise<void> {
  const { registry, isCompleted } = await interleave({ runs, killedAfter, diligence, choose, watch: expectWhole });
  const completed = newestOf(runs.filter((_, id) => isCompleted[id]).map(imageOf));
  if (completed !== undefined) expectTags(runs, registry, (image) => image.name === completed.name || isNewer(image, completed));
  for (const run of runs.filter((_, id) => !isCompleted[id])) {
    await interleave({ runs: [run], choose: () => 0, watch: expectWhole }, registry);
  }
  const newest = newestOf(runs.map(imageOf));
  expectTags(runs, registry, (image) => image.name === newest?.name);
}

function expectTags(runs: readonly ModelRun[], registry: ModelRegistry, isRight: (image: ModelImage) => boolean): void {
  for (const tag of new Set(runs.flatMap(({ floating }) => floating))) {
    const image = registry.imageAt(tag);
    if (image === undefined || !isRight(image)) throw new Error(`${tag} ends at ${image?.name ?? 'nothing'}`);
  }
}

describe('moving floating tags forward', () => {
  const counts: string[] = [];
  let total = 0;
  const count = (what: string, cases: number, isExhaustive: boolean): void => {
    total += cases;
    counts.push(`${cases} ${isExhaustive ? 'cases, all there are' : 'cases'}: ${what}`);
  };

  afterAll(() => {
    if (process.env['NX_OCI_MODEL_CASES'] !== undefined) console.log([...counts, `${total} cases in total, seed ${SEED}`].join('\n'));
  });

  it.each(PAIRS)(
    'ends on the newest image in every interleaving: %s',
    async (what, runs) => {
      const { cases, isExhaustive } = await explore((choose) => play({ runs }, choose), LIMIT);
      count(what, cases, isExhaustive);
      expect(cases).toBeGreaterThan(1);
    },
    5 * MINUTES,
  );

  it.each(PAIRS)(
    'is healed by the next run wherever a run is killed: %s',
    async (what, runs) => {
      const points = [undefined, ...Array.from({ length: 12 }, (_, requests) => requests)];
      const killed = points.flatMap((first) => points.map((second) => [first, second] as const)).slice(1);
      let cases = 0;
      let isExhaustive = true;
      for (const killedAfter of killed) {
        const part = await explore((choose) => play({ runs, killedAfter }, choose), Math.ceil(LIMIT / killed.length));
        cases += part.cases;
        isExhaustive &&= part.isExhaustive;
      }
      count(`${what}, killed at any point`, cases, isExhaustive);
    },
    5 * MINUTES,
  );

  const anyRun = fc.oneof(
    fc.record({ position: fc.integer({ min: 1, max: 5 }) }).map(({ position }) => commit(position, { floating: ['latest', 'main'] })),
    fc
      .record({ version: fc.constantFrom('1.9.1', '1.10.0', '2.0.1', '2.1.0'), position: fc.integer({ min: 1, max: 5 }) })
      .map(({ version, position }): ModelRun => {
        const isFirst = version.startsWith('1.');
        return { ...release(version, position, isFirst ? 'backport' : 'main'), floating: isFirst ? ['latest', 'v1'] : ['latest'] };
      }),
    fc
      .record({ position: fc.integer({ min: 1, max: 5 }), updates: fc.integer({ min: 1, max: 2 }) })
      .map(({ position, updates }) => rebase(commit(position, { floating: ['latest', 'main'] }), updates)),
    // A pre-release wants no floating tag but its branch's.
    fc.constantFrom(6, 7).map((position): ModelRun => ({ ...release('3.0.0-rc.1', position), floating: ['main'] })),
  );
  const anyScenario = fc
    .record({
      runs: fc.array(anyRun, { minLength: 2, maxLength: 3 }),
      killedAfter: fc.array(fc.option(fc.nat(20), { nil: undefined, freq: 2 }), { minLength: 3, maxLength: 3 }),
      choices: fc.array(fc.nat(5), { minLength: 60, maxLength: 60 }),
    })
    .filter(({ runs }) => isOrdered(runs));

  // A backport hands `latest` to the higher release. A commit whose run had read the backport, and is the newer of those
  // two, writes itself over the release after the release's own run looked for the last time.
  const OVERWRITTEN_AFTER_HANDING_ON = {
    runs: [
      commit(1, { floating: ['latest', 'main'] }),
      { ...release('1.9.1', 1, 'backport'), floating: ['latest', 'v1'] as const },
      release('2.1.0', 2),
    ],
    killedAfter: [],
    choices: [1, 1, 2, 2, 4, 1, 0, 0, 1, 2, 0, 4, 0, 0, 0, 3, 1, 0, 2, 0, 0, 0, 0, 1, 2, ...Array.from({ length: 35 }, () => 0)],
  };

  // A backport hands `latest` to the higher release and is stopped there, so that it cannot answer for it: a commit whose run had
  // read the backport writes itself over the release. The backport that runs again must see that this is older than the release.
  const STOPPED_AFTER_HANDING_ON = {
    runs: [
      commit(1, { floating: ['latest', 'main'] }),
      { ...release('1.9.1', 1, 'backport'), floating: ['latest', 'v1'] as const },
      release('2.0.1', 2),
    ],
    killedAfter: [undefined, 17, undefined],
    choices: [1, 1, 1, 1, 1, 1, 1, 0, 3, 0, 0, 2, 0, 2, 2, 0, 0, 0, 2, 0, 0, 2, 4, 1, 2, ...Array.from({ length: 35 }, () => 0)],
  };

  /** One digest a name, and of the images that want a tag one that is the newest. */
  function isOrdered(runs: readonly ModelRun[]): boolean {
    const images = [...new Map(runs.map((run) => [imageOf(run).name, run])).values()];
    const names = images.flatMap((run) => imageOf(run).immutableTags);
    const wanted = FLOATING.map((tag) => images.filter(({ floating }) => floating.includes(tag)).map(imageOf));
    return new Set(names).size === names.length && wanted.every((some) => some.length === 0 || newestOf(some) !== undefined);
  }

  it(
    'ends on the newest image whatever two or three runs publish, in which order, and wherever they are killed',
    async () => {
      let cases = 0;
      const property = fc.asyncProperty(anyScenario, async ({ runs, killedAfter, choices }) => {
        cases += 1;
        let at = 0;
        await playEach(
          { runs, killedAfter: killedAfter.slice(0, runs.length) },
          (options) => (choices[at++ % choices.length] ?? 0) % options,
        );
      });
      await fc.assert(property, { seed: SEED, numRuns: LIMIT * 4, examples: [[OVERWRITTEN_AFTER_HANDING_ON], [STOPPED_AFTER_HANDING_ON]] });
      count('two or three runs of any kind', cases, false);
    },
    10 * MINUTES,
  );

  /** As `play`, each floating tag judged by the runs that want it. */
  async function playEach({ runs, killedAfter }: Scenario, choose: Choose): Promise<void> {
    const { registry, isCompleted } = await interleave({ runs, killedAfter, choose, watch: expectWhole });
    for (const [id, run] of runs.entries()) {
      if (!isCompleted[id]) await interleave({ runs: [run], choose: () => 0, watch: expectWhole }, registry);
    }
    for (const tag of FLOATING) {
      const wanting = runs.filter(({ floating }) => floating.includes(tag));
      const newest = newestOf(wanting.map(imageOf));
      if (newest !== undefined) expectTags([{ ...commit(0), floating: [tag] }], registry, ({ name }) => name === newest.name);
    }
  }

  it('finds the counterexample if runs do not check again', async () => {
    const search = explore((choose) => play({ runs: [commit(1), commit(2)], diligence: 'writesOnce' }, choose), 100_000);
    await expect(search).rejects.toThrow('latest ends at main-1');
  });
});
