import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { githubSlug } from '../site/github-slug.mjs';
import { proseOf } from './read-pages.mjs';

const LINK = /\]\(\s*<?([^)\s>]+)>?[^)]*\)/g;
const SOURCE = /\b(?:src|srcset|href)="([^"]+)"/g;

/** Links of a page whose file or heading does not exist; web addresses are not asked. */
export function findBrokenLinks({ file, text }, root) {
  const prose = proseOf(text).replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(LINK), ...prose.matchAll(SOURCE)].map(([, target]) => target);
  const local = targets.filter((target) => !/^[a-z][a-z+.-]*:|^\//i.test(target));
  const broken = local.filter((target) => !isThere(target, { file, root }));
  return { count: local.length, broken: broken.map((target) => `${file}: ${target}`) };
}

function isThere(target, { file, root }) {
  const [path, anchor] = target.split('#');
  const found = path === '' ? join(root, file) : join(root, dirname(file), decodeURIComponent(path));
  if (!existsSync(found)) return false;
  if (anchor === undefined || statSync(found).isDirectory()) return true;
  return anchorsOf(readFileSync(found, 'utf8')).includes(anchor);
}

function anchorsOf(text) {
  const seen = new Map();
  return [...proseOf(text).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading]) => {
    const slug = githubSlug(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, ''));
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}
