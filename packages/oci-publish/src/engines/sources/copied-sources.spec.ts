import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { makeWorkspace, type TestWorkspace } from '../../testing/make-workspace';
import { copiedSources } from './copied-sources';
import { dockerfileSources } from './list-sources';
import { recordSources } from './record-sources';
import { refuseOutdated } from './refuse-outdated';

describe('what a Dockerfile may read from its context', () => {
  it.each([
    ['all of it', 'FROM a\nCOPY . /app'],
    ['a pattern that means all of it', 'FROM a\nCOPY * /app'],
    ['a variable that only the builder knows', 'FROM a\nARG WHAT\nCOPY $WHAT /app'],
    ['a mount of all of it', 'FROM a\nCOPY x /\nRUN --mount=target=/src make'],
    ['a base image that copies, as its name says', 'FROM node:20-onbuild\nCOPY x /'],
    ['a base image that may copy, as nothing else does', 'FROM corp/node-build:1'],
    ['a stage that may copy, as no other does', 'FROM corp/node-build:1 AS build\nFROM nginx\nCOPY --from=build /out /'],
    ['a stage that only the builder knows', 'ARG STAGE\nFROM a AS dev\nCOPY . /app\nFROM ${STAGE}\nCOPY x /'],
    ['the stage of a COPY that only the builder knows', 'ARG STAGE\nFROM a AS dev\nCOPY . /app\nFROM b\nCOPY x /\nCOPY --from=$STAGE /y /'],
    ['another language', '# syntax=devthefuture/dockerfile-x\nFROM a\nCOPY x /'],
  ])('is everything: %s', (_what, text) => {
    expect(copiedSources(text)).toBeUndefined();
  });

  it('is everything if the builder uses another syntax', () => {
    expect(copiedSources('FROM a\nCOPY x /', { buildArgs: { BUILDKIT_SYNTAX: 'me/mine' } })).toBeUndefined();
  });

  it.each([
    ['ENV wins over ARG', 'FROM a\nENV APP=web\nARG APP=api\nCOPY dist/$APP /', ['dist/**']],
    ['ARG is written twice', 'FROM a\nARG APP=web\nARG APP=api\nCOPY dist/$APP /', ['dist/**']],
    ['ENV uses the value from before', 'FROM a\nENV A=old\nENV A=new B=$A\nCOPY dist/$B /', ['dist/**']],
    ['all is copied from another image', 'FROM a\nCOPY --from=ghcr.io/acme/tools:latest /bin/tool /bin/', []],
    ['all is in the Dockerfile', 'FROM a\nCOPY <<EOF /x\nhello\nEOF', []],
    ['nothing is copied to nothing', 'FROM scratch\nCMD ["/x"]', []],
    ['a frontend of Docker', '# syntax=docker/dockerfile:1.7-labs\nFROM a:$TAG\nCOPY --parents ./src/**/x /', ['src/**/x']],
  ])('is exactly: %s', (_what, text, paths) => {
    expect(copiedSources(text)?.map(({ path }) => path)).toEqual(paths);
  });
});

describe('an image from a Dockerfile, and files of its context', () => {
  let workspace: TestWorkspace;

  beforeEach(() => {
    workspace = makeWorkspace();
  });
  afterEach(() => workspace.remove());

  const write = (files: Readonly<Record<string, string>>) => Object.entries(files).forEach(([file, text]) => workspace.write(file, text));
  const place = () => ({ project: 'api', workspaceRoot: workspace.root, env: {} });
  const note = (more: object = {}) => {
    const options = { dockerfile: join(workspace.root, 'Dockerfile'), context: workspace.root, secrets: [], buildArgs: {}, ...more };
    return recordSources(dockerfileSources(options, workspace.root, 'docker'), place());
  };
  const isOlder = async (record: Awaited<ReturnType<typeof note>>): Promise<boolean> =>
    refuseOutdated(record, { ...place(), taskId: 'api:publish' }).then(
      () => false,
      () => true,
    );
  const link = (target: string, path: string) => symlinkSync(target, join(workspace.root, path));

  it('is not outdated by files that no stage reads, ignored or new', async () => {
    write({ Dockerfile: 'FROM a AS unused\nCOPY docs /\nFROM a\nCOPY src package*.json /app/\n', 'src/main.js': '1', '.env': 'A=1' });
    const record = await note();
    write({ '.env': 'A=2', 'junit.xml': 'x', 'docs/a.md': 'y', 'sub/package.json': '{}' });
    expect(await isOlder(record)).toBe(false);
    write({ 'package-lock.json': '{}' });
    expect(await isOlder(record)).toBe(true);
  });

  it.each([
    ['the stage that is built', { stage: 'dev' }, 'dev/x'],
    ['a build argument', { buildArgs: { APP: 'web' } }, 'web/x'],
    ['a value of the environment', { buildArgs: { APP: undefined } }, 'elsewhere/x'],
  ])('is outdated by files that %s makes it read', async (_what, more, file) => {
    write({ Dockerfile: 'FROM a AS dev\nCOPY dev /\nFROM a\nARG APP=api\nCOPY $APP /\n', 'dev/y': '1', 'web/y': '1', 'api/y': '1' });
    const record = await note(more);
    write({ [file]: 'new' });
    expect(await isOlder(record)).toBe(true);
  });

  it.each([
    ['what it copies is a link', 'COPY app /app', () => link('real', 'app')],
    ['a folder above is a link', 'COPY app/sub/x /app/', () => link('real', 'app')],
    ['a folder that a pattern meets is a link', 'COPY packages/*/x /app/', () => link('../real', 'packages/one')],
    ['a pattern meets a link', 'COPY ap? /app', () => link('real', 'app')],
  ])('is outdated by the target of a link, if %s', async (_what, copy, makeLink) => {
    write({ Dockerfile: `FROM a\n${copy}\n`, 'real/sub/x': '1', 'packages/two/x': '1' });
    makeLink();
    const record = await note();
    write({ 'real/sub/x': '2' });
    expect(await isOlder(record)).toBe(true);
  });

  it('is outdated by a file exactly if one of its instructions reads it', async () => {
    const reads: Readonly<Record<string, RegExp>> = {
      'COPY src /': /^src\//,
      'COPY ./src/a.js /': /^src\/a\.js$/,
      'ADD src/*.js /': /^src\/[^/]+\.js$/,
      'COPY [ "lib/a b.js", "/" ]': /^lib\/a b\.js$/,
      'COPY [^l]*/a.js /': /^src\/a\.js$/,
      'COPY {x}.js <<EOF /\nlib\nEOF': /^\{x\}\.js$/,
      'RUN --mount=type=bind,source=lib,target=/l make': /^lib\//,
    };
    const files = ['src/a.js', 'src/a.ts', 'src/deep/a.js', 'lib/a b.js', 'lib/a.js', '{x}.js', 'x.js'];
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...Object.keys(reads)), { minLength: 1 }),
        fc.constantFrom(...files),
        fc.boolean(),
        async (instructions, file, isNew) => {
          for (const one of ['src', 'lib', '{x}.js', 'x.js']) rmSync(join(workspace.root, one), { recursive: true, force: true });
          write({ Dockerfile: `FROM a\n${instructions.join('\n')}\n` });
          write(Object.fromEntries(files.filter((one) => !isNew || one !== file).map((one) => [one, 'old'])));
          const record = await note();
          write({ [file]: 'new' });
          expect(await isOlder(record)).toBe(instructions.some((one) => reads[one]?.test(file)));
        },
      ),
      { numRuns: 60 },
    );
  });
});
