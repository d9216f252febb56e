import { type App } from '../options/kind';
import { buildOf } from '../project/build-of';
import { dependenciesOf } from '../project/dependencies-of';
import { findPageBuild } from './find-page-build';

/** Frameworks whose build also makes a server, which the files for browsers do not need. */
const SERVERS = [
  'next',
  'nuxt',
  '@remix-run/node',
  '@react-router/dev',
  '@react-router/node',
  '@sveltejs/kit',
  '@tanstack/react-start',
  '@solidjs/start',
  '@builder.io/qwik-city',
  '@analogjs/platform',
  'astro',
  'expo',
  'react-native',
];

/** The sign that a project is a page: files that any web server can serve. */
export function detectStatic(app: App): string | undefined {
  if (app.project.projectType === 'library' || serverOf(app) !== undefined) return undefined;
  const page = findPageBuild(app);
  return page === undefined ? undefined : `${page.tool} builds its index.html`;
}

/** The framework that renders the pages of a project on a server. */
export function serverOf(app: App): string | undefined {
  const names = dependenciesOf(app);
  const { config = '' } = buildOf(app);
  return SERVERS.find((name) => names.includes(name) || config.includes(`'${name}/`) || config.includes(`"${name}/`));
}
