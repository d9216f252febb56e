import fc from 'fast-check';

import { readDockerfile } from '../dockerfile/read-dockerfile';
import { redirectDockerfile } from './redirect-dockerfile';

const NAME = 'localhost/nx-oci/base-os:0123456789ab';

const redirected = (text: string, buildArgs = {}): string => {
  const own = readDockerfile(text, { buildArgs }).uses.filter(({ reference }) => reference.includes('acme/os'));
  return redirectDockerfile(
    text,
    own.map((use) => ({ use, name: NAME })),
  );
};

describe('a Dockerfile with other names of its images', () => {
  it.each([
    ['FROM acme/os AS base', `FROM ${NAME} AS base`],
    ['FROM --platform=$BUILDPLATFORM acme/os:edge', `FROM --platform=$BUILDPLATFORM ${NAME}`],
    ['ARG R=acme\nFROM ${R}/os\nRUN echo ${R}/os', `ARG R=acme\nFROM ${NAME}\nRUN echo \${R}/os`],
    ['FROM \\\n  acme/os \\\n  AS x', `FROM \\\n  ${NAME} \\\n  AS x`],
    ['FROM a\nCOPY --from=acme/os \\\n  /acme/os /x', `FROM a\nCOPY --from=${NAME} \\\n  /acme/os /x`],
    ['FROM a\nRUN --mount=type=bind,from=acme/os,target=/x ls', `FROM a\nRUN --mount=type=bind,from=${NAME},target=/x ls`],
    ['FROM acme/os-extra\nCOPY --from=acme/os /a /a', `FROM acme/os-extra\nCOPY --from=${NAME} /a /a`],
    ['FROM a\r\nCOPY --from=acme/os /a /a\r\n', `FROM a\r\nCOPY --from=${NAME} /a /a\r\n`],
  ])('%j', (text, expected) => {
    const own = readDockerfile(text).uses.filter(({ reference }) => /acme\/os(?::|$)/.test(reference));
    expect(
      redirectDockerfile(
        text,
        own.map((use) => ({ use, name: NAME })),
      ),
    ).toBe(expected);
  });

  it('names them instead, whatever else is there', () => {
    const instruction = fc.constantFrom(
      'RUN echo acme/os',
      'COPY a b',
      'COPY --from=acme/os /a /b',
      '# FROM acme/os',
      'LABEL a="acme/os"',
      '',
      'ENV X=1 \\\n  Y=acme/os',
    );
    fc.assert(
      fc.property(fc.array(instruction, { maxLength: 8 }), (rest) => {
        const text = ['FROM acme/os', ...rest].join('\n');
        const names = readDockerfile(redirected(text)).images;
        expect(names).toEqual([NAME]);
        expect(redirected(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });
});
