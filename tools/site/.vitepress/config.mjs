import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitepress';

import { githubSlug } from '../github-slug.mjs';
import { makeSidebar } from '../sidebar.mjs';

const SOURCE = fileURLToPath(new URL('../.source', import.meta.url));

export default defineConfig({
  title: 'nx-oci',
  description: 'Publish container images from an Nx monorepo: all or none, with tags that only move forward.',
  lang: 'en',
  srcDir: '.source',
  outDir: '../../dist/docs',
  cleanUrls: true,
  rewrites: { 'README.md': 'questions.md' },
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/logo.svg' }]],
  // Anchors as on GitHub, so that one link serves both.
  markdown: { anchor: { slugify: githubSlug }, config: configureMarkdown },
  // Wide tables: the room of the outline is theirs.
  transformPageData: ({ relativePath, frontmatter }) => {
    if (/^reference\/|^registries/.test(relativePath)) Object.assign(frontmatter, { aside: false, pageClass: 'wide' });
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Questions', link: '/questions' },
      { text: 'Start', link: '/start/first-image' },
      { text: 'Reference', link: '/reference/registries-yaml' },
      { text: process.env.NX_OCI_VERSION ?? '', link: '/how-it-works/all-or-none' },
    ].filter(({ text }) => text !== ''),
    sidebar: makeSidebar(SOURCE),
    outline: [2, 3],
    search: { provider: 'local' },
  },
});

/** Code blocks of Mermaid become diagrams, and braces in a text stay braces: Vue would take them for an expression. */
function configureMarkdown(md) {
  const { fence } = md.renderer.rules;
  for (const name of ['text', 'code_inline']) {
    const render = md.renderer.rules[name];
    md.renderer.rules[name] = (...all) => render(...all).replaceAll('{{', '&#123;&#123;');
  }
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index];
    return info.trim() === 'mermaid' ? `<Diagram code="${encodeURIComponent(content)}" />` : fence(tokens, index, ...rest);
  };
}
