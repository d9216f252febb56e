import { property, assert, array, constantFrom, string } from 'fast-check';

import { parseBuildContext } from '../options/builder-options';
import { readBaseReference, readDockerfile, type ReadingOptions } from './read-dockerfile';

const sourcesOf = (text: string, options?: ReadingOptions): readonly string[] =>
  readDockerfile(text, options).sources.map(({ path }) => path);

describe('what a Dockerfile reads from its context', () => {
  it.each<[string, readonly string[]]>([
    ['FROM a\nCOPY dist/api /app', ['dist/api']],
    ['from a\ncopy ./dist/api/ /app\nadd x.tar /', ['dist/api', 'x.tar']],
    ['FROM a\nCOPY package.json package-lock.json ./', ['package.json', 'package-lock.json']],
    ['FROM a\nCOPY . .', ['.']],
    ['FROM a\nCOPY ./ /app', ['.']],
    ['FROM a\nCOPY / /app', ['.']],
    ['FROM a\nCOPY /etc/x /app', ['etc/x']],
    ['FROM a\nCOPY ../../libs/x /app', ['libs/x']],
    ['FROM a\nCOPY ["a b", "c", "/app/"]', ['a b', 'c']],
    ['FROM a\nCOPY "x.txt" \'y.txt\' /app/', ['x.txt', 'y.txt']],
    ['FROM a\nCOPY --chown=1000:1000 --link --chmod=755 dist /app', ['dist']],
    ['FROM a\nCOPY --parents ./x/./y/*.txt /app/', ['x/y/*.txt']],
    ['FROM a\nCOPY *.json tsconfig?.json [ab].txt /app/', ['*.json', 'tsconfig?.json', '[ab].txt']],
    ['FROM a\nCOPY a\\[b\\].txt /app/', ['a[b].txt']],
    ['FROM a\nCOPY one \\\n  # a comment\n\n  two \\\n  /app/', ['one', 'two']],
    ['# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nCOPY one `\n  two /app/', ['one', 'two']],
    ['# a comment first\n# escape=`\nFROM a\nCOPY one \\\n  two /app/', ['one', 'two']],
    ['FROM a\r\nCOPY one \\\r\n  two /app/\r\n', ['one', 'two']],
    ['\uFEFFFROM a\nCOPY one /', ['one']],
    ['FROM a\nCOPY <<EOF /app/x\nCOPY not this\nEOF\nCOPY one /', ['one']],
    ['FROM a\nCOPY <<"A" <<-B two /app/\nCOPY x /\nA\nCOPY y /\n\tB\nCOPY one /', ['two', 'one']],
    ['FROM a\nRUN <<EOF bash\nCOPY x /\n EOF\nEOF\nCOPY one /', ['one']],
    ['FROM a\nRUN cat <<EOF > /x && echo\nCOPY x /\nEOF\nCOPY one /', ['one']],
    ['FROM a\nRUN echo $(( 1<<2 ))\nCOPY one /', ['one']],
    ['FROM a\nADD https://example.com/x.tgz git@example.com:a/b.git ssh://git@example.com/a b /', ['b']],
    ['FROM a\nCOPY --from=docker.io/library/busybox:1 /bin/sh /bin/', []],
    ['FROM a AS build\nCOPY src /src\nFROM b\nCOPY --from=build /out /', ['src']],
    ['FROM a AS Build\nCOPY src /src\nFROM b\nCOPY --from=build /out /', ['src']],
    ['FROM a\nCOPY src /src\nFROM b\nCOPY --from=0 /out /', ['src']],
    ['FROM a AS unused\nCOPY src /src\nFROM b\nCOPY dist /', ['dist']],
    ['FROM a AS base\nCOPY package.json /\nFROM base AS build\nCOPY src /\nFROM base\nCOPY --from=build /out /', ['package.json', 'src']],
    ['ARG BASE=build\nFROM a AS build\nCOPY src /\nFROM ${BASE}', ['src']],
    ['FROM a\nARG APP=api\nCOPY dist/apps/$APP dist/${APP}/x /', ['dist/apps/api', 'dist/api/x']],
    ['ARG APP=api\nFROM a\nCOPY dist/$APP /\n', ['dist/**']],
    ['ARG APP=api\nFROM a\nARG APP\nCOPY dist/$APP /\n', ['dist/api']],
    ['FROM a\nARG APP\nCOPY dist/apps/my-$APP/x /\n', ['dist/apps/**']],
    ['FROM a\nARG APP\nCOPY $APP /\n', ['**']],
    ['FROM a\nCOPY dist/${APP:-api}/${NONE:+x} /', ['dist/api/**']],
    ['FROM a\nCOPY dist/${TARGETARCH}/api /', ['dist/**']],
    ['FROM a\nENV DIR=dist/api OTHER="x y"\nCOPY $DIR /', ['dist/api']],
    ['FROM a\nENV DIR dist/api\nCOPY $DIR /', ['dist/api']],
    ['FROM a AS base\nENV DIR=dist\nFROM base\nCOPY $DIR /', ['dist']],
    ["FROM a\nCOPY '$literal' /", ['$literal']],
    ['FROM a\nCOPY \\$literal /', ['$literal']],
    [
      'FROM a\nRUN --mount=type=bind,source=package.json,target=/package.json --mount=type=cache,target=/root/.npm npm ci',
      ['package.json'],
    ],
    ['FROM a\nRUN --mount=target=/src make', ['.']],
    ['FROM a\nRUN --mount=type=secret,id=x --mount=type=tmpfs,target=/t make', []],
    ['FROM a AS build\nCOPY src /\nFROM b\nRUN --mount=from=build,source=/out,target=/in cp /in/x /x', ['src']],
    ['FROM a AS base\nONBUILD COPY src /src\nFROM base\nRUN x', ['src']],
    ['FROM a\nONBUILD COPY src /src', []],
    ['FROM a\nCOPY x /\nCOPY x /y', ['x']],
    ['FROM a\nCOPY onlyone', []],
    ['', []],
    ['COPY x /', []],
  ])('%j: %j', (text, sources) => {
    expect(sourcesOf(text)).toEqual(sources);
  });

  it('depends on the stage that is built', () => {
    const text = 'FROM a AS one\nCOPY x /\nFROM b AS two\nCOPY y /';
    expect(sourcesOf(text, { stage: 'ONE' })).toEqual(['x']);
    expect(sourcesOf(text, { stage: '1' })).toEqual(['y']);
  });

  it('depends on given build arguments', () => {
    const text = 'ARG BASE=a\nFROM ${BASE}\nARG APP=api\nCOPY dist/$APP /';
    expect(sourcesOf(text, { buildArgs: { APP: 'web' } })).toEqual(['dist/web']);
    expect(sourcesOf(text, { buildArgs: { APP: undefined } })).toEqual(['dist/**']);
  });

  it('has a line, a pattern flag and exclusions', () => {
    expect(readDockerfile('FROM a\n\nCOPY --exclude=*.md --exclude=x/** docs *.txt /').sources).toEqual([
      { path: 'docs', isPattern: false, exclude: ['*.md', 'x/**'], line: 3 },
      { path: '*.txt', isPattern: true, exclude: ['*.md', 'x/**'], line: 3 },
    ]);
  });

  it('is never above the context, and no text crashes the parser', () => {
    const word = constantFrom(
      'FROM a AS b',
      'COPY ../x /',
      'ADD $A/${B:-c} /',
      'RUN <<EOF',
      'EOF',
      'ARG A',
      'ENV A=..',
      '\\',
      'COPY --from=b . .',
    );
    assert(
      property(array(word), string(), (lines, noise) => {
        for (const path of sourcesOf([...lines, noise].join('\n'))) expect(path).not.toMatch(/^\/|^\.\.|\/$|\0/);
      }),
    );
  });
});

it('comes with the commands of RUN, and the images that it is based on or copies from', () => {
  const text =
    'ARG TAG=22\nFROM node:${TAG} AS build\nRUN ["npm", "ci"]\nRUN <<EOF\nnpm run build\nEOF\n' +
    'FROM scratch\nCOPY --from=build /a /\nCOPY --from=busybox:1 /b /\nFROM build';
  expect(readDockerfile(text, { stage: '1' })).toMatchObject({
    images: ['node:22', 'busybox:1'],
    commands: ['npm ci', expect.stringContaining('npm run build')],
  });
});

it('reads a thousand Dockerfiles in seconds at most', () => {
  const text = `FROM a AS build\n${'COPY package.json src/ ./\nRUN npm ci && \\\n  npm run build\n'.repeat(20)}FROM b\nCOPY --from=build /x /\n`;
  const start = performance.now();
  for (let count = 0; count < 1000; count++) readDockerfile(text);
  expect(performance.now() - start).toBeLessThan(5000);
});

describe('a build context', () => {
  const text =
    'FROM node:22 AS build\nCOPY --from=shared /a /a\nFROM docker.io/library/node:22\nCOPY --from=build /a /a\nCOPY --from=other /b /b\n';
  const buildContexts = {
    'docker.io/library/node:22': parseBuildContext('docker-image://example.com/node:1'),
    shared: parseBuildContext('libs/shared'),
  };

  it('takes the place of images of its name, however that is written', () => {
    expect(readDockerfile(text).images).toEqual(['node:22', 'shared', 'docker.io/library/node:22', 'other']);
    expect(readDockerfile(text, { buildContexts }).images).toEqual(['example.com/node:1', 'other']);
    expect(readBaseReference(text, { buildContexts })).toBe('example.com/node:1');
  });

  it('is no image in a registry if it is a folder, a layout or a URL', () => {
    for (const source of ['libs/node', 'oci-layout://dist/images/node', 'https://example.com/node.tar']) {
      const contexts = { 'node:22': parseBuildContext(source) };
      expect(readDockerfile(text, { buildContexts: contexts }).images).toEqual(['shared', 'other']);
      expect(readBaseReference(text, { buildContexts: contexts })).toBeUndefined();
    }
  });
});
