import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of docs in the order of a reader's questions; pages that are not named follow by their title. */
const GROUPS = [
  ['Start', 'start', ['first-image', 'ghcr', 'docker-hub', 'own-registry']],
  ['Recipes', 'recipes', ['node', 'next', 'static', 'dockerfile', 'monorepo', 'base-image', 'sign-and-scan']],
  ['Build', 'build', ['images', 'engines', 'builders', 'platforms', 'testing']],
  ['Publish', 'publish', ['tags', 'ci', 'nx-release', 'plan', 'report', 'copy', 'pin', 'rebase']],
  ['Operate', 'operate', ['doctor', 'waiting', 'secrets', 'prune']],
  ['Coming from', 'coming-from', ['migrate', 'docker', 'metadata-action']],
  ['Registries', '', ['registries']],
  ['Reference', 'reference', ['registries-yaml', 'executors', 'generators', 'tag-rules', 'reports', 'environment', 'exit-codes', 'errors']],
  ['How it works', 'how-it-works', ['all-or-none', 'forward-only', 'comparison', 'benchmarks', 'what-runs-where']],
];

/** @param {string} source the folder of the pages */
export function makeSidebar(source) {
  const groups = GROUPS.map(([text, folder, order]) => ({ text, collapsed: false, items: itemsOf(source, folder, order) }));
  const last = groups.at(-1);
  last.items.splice(1, 0, { text: titleOf(source, 'architecture'), link: '/architecture' });
  return groups.filter(({ items }) => items.length > 0);
}

function itemsOf(source, folder, order) {
  const found = folder === '' ? order : pagesOf(join(source, folder));
  const names = [...order.filter((name) => found.includes(name)), ...found.filter((name) => !order.includes(name))];
  return names
    .map((name) => (folder === '' ? name : `${folder}/${name}`))
    .map((page) => ({ text: titleOf(source, page), link: `/${page}` }));
}

function pagesOf(folder) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.md'));
  return files.map((name) => name.replace(/\.md$/, '')).sort();
}

function titleOf(source, page) {
  const [, title] = /^# (.+)$/m.exec(readFileSync(join(source, `${page}.md`), 'utf8')) ?? [];
  if (title === undefined) throw new Error(`docs/${page}.md has no title.`);
  return title.replace(/`/g, '').split(/: | \(/)[0];
}
