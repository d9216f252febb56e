/**
 * @param {import('./run-publishes.mjs').Summary} summary
 * @returns {string}
 */
export function renderSummary({ title, publishes, succeeded, failures, hits, retries, requests, tagsRead, seconds }) {
  const rows = [
    ['publishes (2 images each)', publishes],
    ['ended right', succeeded],
    ['failed, leaving no wrong content', publishes - succeeded],
    ['tags read back, every blob hashed', tagsRead],
    ...(requests === undefined ? [] : [['requests', requests]]),
    ...sorted(hits).map(([kind, count]) => [`struck: ${kind}`, count]),
    ['retried by the client', retries.length],
    ...sorted(tally(retries)).map(([happened, count]) => [`  ${happened}`, count]),
    ['seconds', Math.round(seconds)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${String(value).padStart(6)}`);
  return [title, ...lines, ...failures.map((text) => `  ✖ ${text.trim()}`)].join('\n');
}

function sorted(counts) {
  return [...counts].sort(([, one], [, other]) => other - one);
}

function tally(retries) {
  const counts = new Map();
  for (const { happened } of retries) {
    const kind = happened.replace(/[\d.]+:\d+/g, 'the registry').replace(', also after a retry', '');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
