/**
 * Moves what CHANGELOG.md lists under Unreleased to the section of a version, which it makes where there is none yet. Unreleased
 * keeps its headings, for the lines to come.
 *
 * @param {string} text
 * @param {{ version: string, date: string }} release `date`: 2026-11-30
 * @throws {Error} where the file has no section Unreleased
 */
function closeChangelog(text, { version, date }) {
  const [before, ...sections] = text.split(/^(?=## )/m);
  const [unreleased, ...released] = sections;
  if (!/^## Unreleased\n/.test(unreleased ?? '')) throw new Error('Cannot close CHANGELOG.md: its first section is not Unreleased.');
  const isOf = (section) => section.startsWith(`## ${version} `);
  const existing = released.find(isOf) ?? '';
  const own = joinTopics([...topicsOf(existing), ...topicsOf(unreleased)]);
  const lines = own.filter((topic) => topic.lines !== '').map(({ heading, lines }) => `${heading}\n\n${lines}`);
  const headings = topicsOf(unreleased).map(({ heading }) => heading);
  return [
    `${before}## Unreleased\n`,
    ...headings,
    `## ${version} - ${date}\n`,
    ...introductionOf(existing),
    ...(lines.length === 0 ? ['No changes that users see.'] : lines),
    ...released.filter((section) => !isOf(section)).map((section) => section.trimEnd()),
  ]
    .map((part) => part.trimEnd())
    .join('\n\n')
    .concat('\n');
}

/** What stands before the first heading of a section. */
function introductionOf(section) {
  const [title, ...lines] = section.split(/^### /m)[0].split('\n');
  const text = lines.join('\n').trim();
  return title === '' || text === '' ? [] : [text];
}

/** The parts of a section that have a heading: `### Publishing`. */
function topicsOf(section) {
  const [, ...topics] = section.split(/^(?=### )/m);
  return topics.map((topic) => {
    const [heading, ...lines] = topic.split('\n');
    return { heading, lines: lines.join('\n').trim() };
  });
}

/** One topic for each heading, in the order in which they first appear. */
function joinTopics(topics) {
  const joined = new Map();
  for (const { heading, lines } of topics) joined.set(heading, [joined.get(heading) ?? '', lines].filter(Boolean).join('\n'));
  return [...joined].map(([heading, lines]) => ({ heading, lines }));
}

module.exports = { closeChangelog };
