import { readDockerfile } from '@nx-oci/publish';

import { chooseContext, type ChosenContext } from './choose-context';
import { trackedFiles } from './tracked-files';

const FILES = [
  'nx.json',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'libs/ui/src/index.ts',
  'apps/shared.conf',
  'apps/api/Dockerfile',
  'apps/api/package.json',
  'apps/api/nginx.conf',
  'apps/api/src/main.ts',
];

interface Workspace {
  readonly outputs?: readonly string[];
  readonly projectRoot?: string;
}

function choose(lines: string, { outputs = [], projectRoot = 'apps/api' }: Workspace = {}): ChosenContext {
  const reading = readDockerfile(`FROM node:22\n${lines}`);
  return chooseContext({ reading, projectRoot, outputs, tracked: trackedFiles(FILES) });
}

describe('the context of a Dockerfile', () => {
  it.each([
    ['COPY nx.json package.json ./'],
    ['COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .'],
    ['COPY package*.json tsconfig*.json ./'],
    ['COPY apps/api/src ./src'],
    ['COPY apps/*/package.json ./'],
    ['COPY libs libs'],
    ['COPY package.json .\nRUN --mount=type=bind,source=package-lock.json,target=package-lock.json npm ci'],
    ['COPY dist/apps/api .'],
    ['COPY apps/api/dist .'],
    ['COPY dist/apps/api/*.js .'],
    ['COPY . .\nRUN npx nx build api'],
    ['COPY . .\nRUN npm ci && npx nx run api:build --prod'],
    ['COPY dist/out/api .\n', { outputs: ['dist/out/api'] }],
    ['COPY dist/out/api/main.js .\n', { outputs: ['dist/out/api'] }],
    // Tracked files count more than declared outputs.
    ['COPY nx.json .\nCOPY dist .', { outputs: ['apps/api/dist'] }],
  ])('is the workspace root for %j', (lines, workspace: Workspace = {}) => {
    expect(choose(lines, workspace)).toMatchObject({ folder: '.', isCertain: true });
  });

  it.each([
    ['COPY nginx.conf /etc/nginx/'],
    ['COPY nginx.conf .\nCOPY . .'],
    ['COPY *.conf .'],
    ['COPY src src'],
    ['COPY dist .', { outputs: ['apps/api/dist'] }],
    ['COPY dist .', { outputs: ['apps/api/dist/package.json'] }],
    ['RUN echo'],
    ['COPY --from=nginx:1 /etc/nginx /x'],
  ])('is the project for %j', (lines, workspace: Workspace = {}) => {
    expect(choose(lines, workspace)).toMatchObject({ folder: 'apps/api', isCertain: true });
  });

  it('may be a folder in between', () => {
    expect(choose('COPY api/src shared.conf ./')).toMatchObject({ folder: 'apps', isCertain: true });
  });

  it.each([
    ['COPY . .', 'what the Dockerfile copies could come from the workspace root as well'],
    ['COPY . .\nRUN npm ci && npm run build', 'what the Dockerfile copies could come from the workspace root as well'],
    ['COPY package.json .\nCOPY . .', 'what the Dockerfile copies could come from the workspace root as well'],
    ['COPY dist .', 'what the Dockerfile copies could come from the workspace root as well'],
    ['COPY dist .', 'what the Dockerfile copies could come from the workspace root as well', { outputs: ['dist/apps/api'] }],
    ['COPY node_modules .', 'what the Dockerfile copies could come from the workspace root as well'],
    ['ARG APP\nCOPY dist/$APP .', 'what the Dockerfile copies could come from the workspace root as well'],
    [
      'COPY nx.json nginx.conf .',
      'no folder holds all that the Dockerfile copies: `nginx.conf` (line 2) is in apps/api, `nx.json` (line 2) is in the workspace root',
    ],
  ])('defaults to the project, as uncertain, for %j', (lines, reason, workspace: Workspace = {}) => {
    expect(choose(lines, workspace)).toEqual({ folder: 'apps/api', reason, isCertain: false });
  });

  it('has the deciding line as its reason', () => {
    expect(choose('\nCOPY package.json nx.json ./').reason).toBe('`nx.json` (line 3) is in the workspace root, not apps/api');
    expect(choose('COPY src .').reason).toBe('`src` (line 2) is in apps/api, not the workspace root');
    expect(choose('COPY dist/apps/api .').reason).toBe('`dist/apps/api` (line 2) is written to the workspace root, not apps/api');
  });

  it('is the workspace if that is the project', () => {
    expect(choose('COPY . .', { projectRoot: '.' })).toMatchObject({ folder: '.', isCertain: true });
  });
});
