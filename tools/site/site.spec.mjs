/* global describe, it, expect, __dirname */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { githubSlug } from './github-slug.mjs';
import { makeSidebar } from './sidebar.mjs';

const DOCS = join(__dirname, '../../docs');

describe('the site', () => {
  it('has every page in its sidebar, under a title', () => {
    const pages = readdirSync(DOCS, { recursive: true }).filter((name) => name.endsWith('.md') && name !== 'README.md');
    const items = makeSidebar(DOCS).flatMap((group) => group.items);
    expect(items.map(({ link }) => `${link.slice(1)}.md`).sort()).toEqual(pages.sort());
    expect(items.filter(({ text }) => !/^[A-Z`a-z]/.test(text))).toEqual([]);
  });

  it('installs from any registry, and is no workspace of the repository', () => {
    const lock = JSON.parse(readFileSync(join(__dirname, 'package-lock.json'), 'utf8'));
    const packages = Object.values(lock.packages);
    expect(packages.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
    expect(packages.length).toBeGreaterThan(100);
    const { workspaces } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
    expect(workspaces.filter((name) => name.startsWith('tools'))).toEqual([]);
  });

  it('has pictures for light and dark', () => {
    const home = readFileSync(join(__dirname, 'home.md'), 'utf8');
    const pictures = [...home.matchAll(/src="\.\/(pictures\/[^"]+)"/g)].map(([, file]) => file);
    expect(pictures.filter((file) => !existsSync(join(DOCS, file)))).toEqual([]);
    expect(pictures).toHaveLength(2);
  });

  it.each([
    ['`nx-oci:plan`, and why', 'nx-ociplan-and-why'],
    ['Tags: rules & options', 'tags-rules--options'],
    ['A base that moved', 'a-base-that-moved'],
  ])('gives the anchors of GitHub: %s', (heading, slug) => expect(githubSlug(heading)).toBe(slug));
});
