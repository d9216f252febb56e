const INSTALL = [
  'To install what they need (Debian, root): node tools/ci/install.mjs && node tools/ci/start.mjs',
  'Specs of zstd need Node 22.16 or later, or beside this one: node tools/ci/install.mjs --only node-24',
];

/**
 * What `npm test` prints at its end. Its last line is the counts.
 *
 * @param {object} run
 * @param {readonly import('./run-jest.mjs').JestResult[]} run.rounds
 * @param {readonly string[]} run.failedChecks
 * @param {readonly string[]} run.rebuilt folders that were rebuilt while specs ran
 * @param {boolean} run.allowsSkips false where all that specs need has to be there: in CI
 * @returns {{ lines: string[], isGood: boolean }}
 */
export function summarizeRun({ rounds, failedChecks, rebuilt, allowsSkips }) {
  const skipped = rounds.flatMap((round) => round.skipped.map(({ name }) => name));
  const passed = rounds.reduce((sum, round) => sum + round.passed.length, 0);
  const specsFailed = rounds.reduce((sum, round) => sum + round.failed, 0);
  const failed = specsFailed + failedChecks.length + (rebuilt.length > 0 ? 1 : 0);
  const isSkipFailure = skipped.length > 0 && !allowsSkips;
  return {
    lines: [
      ...(skipped.length > 0 ? ['', 'Skipped:', ...skipped.map((name) => `  - ${name}`), ...INSTALL] : []),
      ...(isSkipFailure ? ['', 'Failed: where NX_OCI_REQUIRE is set, as in CI, no test may be skipped.'] : []),
      ...(rebuilt.length > 0 ? ['', ...describeRebuilt(rebuilt)] : []),
      ...(failedChecks.length > 0 ? ['', `Failed before the specs: ${failedChecks.join(', ')}`] : []),
      '',
      `tests: ${passed} passed, ${failed} failed, ${skipped.length} skipped`,
    ],
    isGood: failed === 0 && !isSkipFailure,
  };
}

/** Even a build that Nx takes from its cache removes the folder for a moment, and a spec that reads it then fails. */
function describeRebuilt(folders) {
  return [
    `Failed: built again while specs ran: ${folders.join(', ')}`,
    'Specs, and programs that they start, use what was built before. Find the one that builds, or build nothing by hand meanwhile.',
  ];
}
