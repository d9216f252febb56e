import { posix } from 'node:path';

import { problemsToError } from '@nx-oci/publish';

import { choosePlatforms } from '../options/choose-platforms';
import { dockerfileOptionProblems } from '../options/dockerfile-option-problems';
import { type App, type ImagePlan, type Kind } from '../options/kind';
import { detectStatic } from '../static/detect-static';
import { findServer } from '../static/find-server';
import { findSite } from '../static/find-site';

// nginx without root, by the makers of nginx and rebuilt weekly: user 101, port 8080, writes only to /tmp. The official image
// starts as root; that of Caddy does not start if all capabilities are dropped.
const BASE = 'docker.io/nginxinc/nginx-unprivileged:stable-alpine-slim';
const USER = '101:101';
const HTML = '/usr/share/nginx/html';

/** Files for a web server: a page built with Angular, React, Vue, Svelte or no framework. */
export const staticFiles: Kind = { name: 'static', detect: detectStatic, plan };

function plan(app: App): ImagePlan {
  const { options } = app;
  const site = findSite(app);
  const server = findServer(app, site);
  const problems = [...dockerfileOptionProblems(options), ...site.problems, ...server.problems];
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot give ${options.project} an image`, problems);
  const base = options.base ?? BASE;
  const platforms = choosePlatforms(options, { base });
  return {
    source: {
      engine: 'native',
      base,
      ...platforms.written,
      layers: [
        { from: server.file, to: '/etc/nginx/conf.d/default.conf' },
        { from: site.folder, to: options.to ?? posix.join(HTML, site.prefix) },
      ],
      cmd: options.cmd ?? ['nginx', '-g', 'daemon off;'],
      user: USER,
      ports: [server.port],
      // It completes running responses.
      stopSignal: 'SIGQUIT',
    },
    notes: [
      ...site.notes.slice(0, 1),
      ...server.notes,
      'Caching: a year for names with a hash of their content; index.html and all others are fetched again.',
      `Base: ${options.base ?? `${BASE} (the default)`}.`,
      ...platforms.notes,
      ...site.notes.slice(1),
    ],
    prepare: () => {
      server.write();
      return false;
    },
  };
}
