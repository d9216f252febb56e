import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const LINK = /(!?)\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)\)/g;

/**
 * Copies the pages for the generator: with the home page of the site, and with the text alone of links that lead out of the folder.
 *
 * @returns the number of pages
 */
export function copySource({ from, home, to, root }) {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  const pages = readdirSync(to, { recursive: true }).filter((name) => name.endsWith('.md'));
  for (const page of pages) {
    const file = join(to, page);
    writeFileSync(file, withoutForeignLinks(readFileSync(file, 'utf8'), { folder: dirname(join(from, page)), from, root }));
  }
  writeFileSync(join(to, 'index.md'), readFileSync(home, 'utf8'));
  mkdirSync(join(to, 'public'), { recursive: true });
  cpSync(join(dirname(home), 'public'), join(to, 'public'), { recursive: true });
  return pages.length;
}

function withoutForeignLinks(text, { folder, from, root }) {
  return text.replace(LINK, (all, image, words, target) => {
    if (/^(?:[a-z]+:|#)/.test(target)) return all;
    const file = join(folder, target.split('#')[0]);
    if (!relative(from, file).startsWith('..')) return all;
    if (!existsSync(file)) throw new Error(`${relative(root, folder)} links to ${target}, which does not exist.`);
    return image === '!' ? words : `${words} (\`${relative(root, file)}\`)`;
  });
}
