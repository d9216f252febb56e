import { type App } from '../options/kind';
import { buildOf } from '../project/build-of';
import { dependenciesOf } from '../project/dependencies-of';

const FRAMEWORKS = ['express', 'fastify', '@nestjs/core', 'koa', '@hapi/hapi', 'hono', '@hono/node-server'];
const COMPILERS = ['@nx/js:tsc', '@nx/js:swc', '@nx/node:build'];
/** Frameworks that render pages in a browser, or need their own server. */
const OTHERS = ['next', 'nuxt', '@angular/core', 'react-dom', 'vue', 'svelte', '@remix-run/node', 'astro', 'expo'];

/** The sign that a project is a program for Node. */
export function detectNode(app: App): string | undefined {
  const { targets = {} } = app.project;
  const names = dependenciesOf(app);
  const other = OTHERS.find((name) => names.includes(name));
  if (other !== undefined) return undefined;
  const framework = FRAMEWORKS.find((name) => names.includes(name));
  if (framework !== undefined) return `it depends on ${framework}`;
  const served = Object.entries(targets).find(([, { executor }]) => executor === '@nx/js:node');
  if (served !== undefined) return `its target ${served[0]} runs it with @nx/js:node`;
  const { target, options, config } = buildOf(app);
  if (app.project.projectType === 'library') return undefined;
  const isForNode = options['target'] === 'node' || options['platform'] === 'node' || /\btarget:\s*['"]node/.test(config ?? '');
  if (isForNode) return 'its build is for Node';
  const executor = target?.executor ?? '';
  return COMPILERS.includes(executor) ? `its build is ${executor}` : undefined;
}
