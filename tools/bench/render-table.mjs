import { spreadOfRuns } from './summarize.mjs';

/**
 * @typedef {object} Row a contender, or a part of its time
 * @property {string} contender
 * @property {string} title
 * @property {'wallMs' | 'executorMs'} time
 */

/**
 * The runs as a table in Markdown: a row for each contender of each scenario, a column of time for each delay. The figure after
 * `×` compares the time with the fastest peer of that scenario and delay.
 *
 * @param {readonly import('./summarize.mjs').Run[]} runs
 * @param {{ scenarios: readonly import('./scenarios.mjs').Scenario[], contenders: readonly import('./contenders/contender.mjs').Contender[], delaysMs: readonly number[], repeats: number }} of
 */
export function renderTable(runs, { scenarios, contenders, delaysMs, repeats }) {
  const head = [
    'scenario',
    'client',
    'requests',
    '401s',
    'tokens',
    'connections',
    'MB up',
    'MB down',
    ...delaysMs.map((ms) => `+${ms} ms`),
    'CPU s',
    'peak MiB',
  ];
  const rows = scenarios.flatMap((scenario) => {
    const ofScenario = runs.filter((run) => run.scenario === scenario.id);
    return contenders.flatMap((contender) => {
      const own = ofScenario.filter((run) => run.contender === contender.name);
      return own.length === 0
        ? []
        : rowsOf(contender).map((row) => renderRow(row, { scenario, contender, own, ofScenario, contenders, delaysMs, repeats }));
    });
  });
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @returns {readonly Row[]} */
function rowsOf({ name, isOurs, isWarm }) {
  const whole = { title: isOurs ? `**${name}**, whole process` : name, time: 'wallMs' };
  const executor = { title: `**${name}**`, time: 'executorMs' };
  // The total time of a warm process includes its warm-up.
  if (isWarm) return [executor];
  return isOurs ? [executor, whole] : [whole];
}

function renderRow({ title, time }, { scenario, contender, own, ofScenario, contenders, delaysMs, repeats }) {
  const times = delaysMs.map((delayMs) => {
    const all = own.filter((run) => run.delayMs === delayMs);
    const delayed = all.filter(({ sample }) => sample.isFailed !== true);
    const spread = spreadOfRuns(delayed, time);
    const failed = all.length - delayed.length;
    const failures = failed === 0 ? '' : ` ${failed} of ${all.length} failed`;
    return spread === undefined
      ? failures.trim()
      : failures + renderTime(spread, { best: bestPeerMs(ofScenario, contenders, delayMs), count: delayed.length, repeats });
  });
  const undelayed = own.filter((run) => run.delayMs === delaysMs[0]);
  const measured = (name, show) => {
    const spread = spreadOfRuns(undelayed, name);
    const isOfOthersToo = (contender.isDaemon || contender.isWarm) && (name === 'cpuMs' || name === 'peakMiB');
    return spread === undefined || isOfOthersToo ? '–' : show(spread.median);
  };
  return [
    `${scenario.id} ${scenario.title}`,
    title,
    measured('requests', round),
    measured('refused', round),
    measured('tokens', round),
    measured('connections', round),
    measured('bytesUp', megabytes),
    measured('bytesDown', megabytes),
    ...times,
    measured('cpuMs', (ms) => (ms / 1000).toFixed(2)),
    measured('peakMiB', round),
  ];
}

function renderTime({ median, min, max }, { best, count, repeats }) {
  const ratio = best === undefined ? '' : ` ×${(median / best).toFixed(2)}`;
  return `${round(median)} (${round(min)}–${round(max)}${count < repeats ? `, n=${count}` : ''})${ratio}`;
}

function bestPeerMs(runs, contenders, delayMs) {
  const peers = contenders.filter(({ isOurs }) => !isOurs).map(({ name }) => name);
  const medians = peers.flatMap((peer) => {
    const own = runs.filter((run) => run.contender === peer && run.delayMs === delayMs && run.sample.isFailed !== true);
    return spreadOfRuns(own, 'wallMs')?.median ?? [];
  });
  return medians.length === 0 ? undefined : Math.min(...medians);
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(2);
}

function round(number) {
  return String(Math.round(number));
}
