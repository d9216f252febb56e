import { probeRegistry } from '../probe-registry.mjs';
import { readComments } from '../read-sources-of-quirks.mjs';
import { loadSource, readSyntax, readText } from '../read-sources.mjs';
import { renderTable } from '../render-table.mjs';

const PAGE = 'docs/registries.md';
const BEGIN = '<!-- behaviour: written by `npm run reference` -->';
const END = '<!-- end of behaviour -->';

/** Columns, each with the quirks and properties of a profile that stand behind it. */
const COLUMNS = {
  login: ['login', 'refuseReaders'],
  mounts: ['mountOnlyFrom', 'neverMount', 'judgeMountSource', 'loseMounts', 'judgeUpload'],
  chunks: ['refuseLargeChunks', 'refuseChunks', 'dropLaterChunks'],
  'immutable tags': ['keepImmutableTags'],
  referrers: ['noReferrers', 'hideSubject', 'answerListWithSubject'],
  'rate limit': ['rateLimits', 'countPulls'],
  'missing repository': ['onlyMadeRepositories', 'wantProject', 'refuseDeepNames'],
};

const MOUNTS = { never: 'never', withSource: 'with `from`', withoutSource: 'also without `from`' };
const CHUNKS = { accepted: 'accepted', refused: 'refused', lost: 'only the first is kept' };

/** docs/registries.md, with a table of what the emulations do, and the sources that their profiles name. */
export async function registryBehaviourPage() {
  const text = readText(PAGE);
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${PAGE} lacks its markers: ${BEGIN} … ${END}`);
  return [before.trim(), BEGIN, ...(await renderBehaviour()), END, after.trim()];
}

async function renderBehaviour() {
  const { profiles, startRegistry, memoryStorage } = await loadSource('packages/oci-registry/src/index.ts');
  const rows = [];
  const others = [];
  for (const profile of Object.values(profiles)) {
    const comments = readComments(readSyntax().find(({ file }) => file === `packages/oci-registry/src/profiles/${profile.name}.ts`));
    const settings = profile.settings.includes('immutableTags') ? { immutableTags: /^v/ } : {};
    const registry = await startRegistry({ profile, storage: memoryStorage(), settings, acceptSparse: true, port: 0 });
    try {
      const values = valuesOf(profile, await probeRegistry(registry.url));
      rows.push([
        `**${profile.title}**`,
        ...Object.entries(COLUMNS).map(([column, names]) => `${values[column]}${sourceOf(comments, names)}`),
      ]);
    } finally {
      await registry.close();
    }
    others.push(...describeOthers(profile, comments));
  }
  return [renderTable(['', ...Object.keys(COLUMNS)], rows), 'What else clients meet there:', others.join('\n')];
}

function valuesOf(profile, { mount, chunks, referrers, immutable }) {
  return {
    login: describeLogin(profile.login),
    mounts: MOUNTS[mount],
    chunks: chunks === 'accepted' && profile.name === 'ghcr' ? 'up to 4 MiB' : CHUNKS[chunks],
    'immutable tags':
      immutable === undefined
        ? 'none'
        : [immutable.status, immutable.code]
            .filter(Boolean)
            .map((part) => `\`${part}\``)
            .join(' '),
    referrers: referrers === 200 ? 'listed' : `no (\`${referrers}\`)`,
    'rate limit': profile.rateLimits.length === 0 ? 'none known' : profile.rateLimits.map(describeRateLimit).join(', '),
    'missing repository': describeMissing(profile),
  };
}

function describeLogin({ scheme, tokenPath, isOnSecondServer, isReadingFree }) {
  if (scheme === 'basic') return `basic${isReadingFree ? ', reading is free' : ''}`;
  return `token from \`${tokenPath ?? '/token'}\`${isOnSecondServer ? ' of another host' : ''}`;
}

function describeRateLimit(answer) {
  const { status, headers = {}, body } = answer(30_000);
  const isInBody = typeof body === 'string' && body.includes('retry-after');
  return `\`${status}\`${'retry-after' in headers ? ' with `Retry-After`' : isInBody ? ', the time in its body' : ''}`;
}

function describeMissing({ name, settings, makeQuirks }) {
  const names = makeQuirks({}).map((quirk) => quirk.name);
  if (settings.includes('repositories')) return name === 'ghcr' ? 'created, unless it belongs to another repository' : 'refused';
  return names.includes('wantProject') ? 'created in an existing project' : 'created';
}

function sourceOf(comments, names) {
  const found = comments.filter(({ name }) => names.includes(name));
  const urls = [...new Set(found.flatMap((comment) => comment.urls))];
  if (urls.length > 0) return ` (${urls.map((url, index) => `[${index === 0 ? 'source' : index + 1}](${url})`).join(', ')})`;
  const text = found.map((comment) => comment.text).find((comment) => comment !== '');
  return text === undefined ? '' : ` (${text.replace(/\.$/, '')})`;
}

// Of no use to a client, or said elsewhere in the row.
const OMITTED = ['nameItself', 'shareNamedBlobs', 'ignoreTagParameters'];

/** Comments of quirks that no column shows. */
function describeOthers({ title }, comments) {
  const shown = Object.values(COLUMNS).flat();
  const rest = comments.filter(({ name, text }) => !shown.includes(name) && !OMITTED.includes(name) && text !== '');
  return rest.map(({ text, name, urls }) => {
    const words = urls.reduce((left, url) => left.replace(url, `[source](${url})`), text);
    return `- ${title}: ${words.startsWith('[source]') ? `${SENTENCES[name] ?? name} (${words})` : words}`;
  });
}

/** For quirks whose comment is their source alone. */
const SENTENCES = {
  refuseStrayAccept: '406 for `Accept` on anything but manifests',
  refuseLargePages: 'at most 1000 tags a page',
  noOneRequestUpload: 'an upload takes two requests',
};
