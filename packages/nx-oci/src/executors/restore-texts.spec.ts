import fc from 'fast-check';

import { restoreTexts } from './restore-texts';

/** What Nx 22 to 24 make of `nx run app:publish …`: the options, and the task with its command line. */
const asNx = (options: object, ...lines: (readonly string[])[]) =>
  restoreTexts(options, {
    tasks: Object.fromEntries(lines.map((line, index) => [`${index}`, { overrides: { __overrides_unparsed__: line } }])) as never,
  });

describe('restoreTexts', () => {
  it.each<[string, object, readonly string[], object]>([
    ['a fraction', { tags: 1.1 }, ['--tags=1.10'], { tags: '1.10' }],
    ['an exponent', { tags: 1000 }, ['--tags', '1e3'], { tags: '1e3' }],
    ['hexadecimal digits', { tags: 16 }, ['--tags=0x10'], { tags: '0x10' }],
    ['nothing', { prefix: 0, release: '9.9.9' }, ['--prefix=', '--release=9.9.9'], { prefix: '', release: '9.9.9' }],
    ['zeros', { image: 7 }, ['--image=007'], { image: '007' }],
    ['quotes', { image: 1.1 }, ['--image="1.10"'], { image: '1.10' }],
    ['a list', { tags: ['v1.2.3', 1.1, 0] }, ['--tags=v1.2.3,1.10,'], { tags: ['v1.2.3', '1.10', ''] }],
    ['an option that is given twice', { tags: [1.1, 'x'] }, ['--tags=1.10', '--tags', 'x'], { tags: ['1.10', 'x'] }],
    ['a map', { buildArgs: { A: 1.1, B: 2 } }, ['--buildArgs.A=1.10', '--buildArgs.B=2.0'], { buildArgs: { A: '1.10', B: '2.0' } }],
    ['words with dashes', { defaultBranch: 1.1 }, ['--default-branch=1.10'], { defaultBranch: '1.10' }],
    ['less than nothing', { prefix: -1 }, ['--prefix', '-1.0'], { prefix: '-1.0' }],
  ])('restores %s', (_, options, line, expected) => expect(asNx(options, line)).toEqual(expected));

  it.each<[string, object, readonly (readonly string[])[]]>([
    ['of no command line', { tags: 22 }, []],
    ['of another option', { tags: 22 }, [['--image=22']]],
    ['of a text that makes another number', { tags: 22 }, [['--tags=1.10']]],
    ['after the end of the options', { tags: 22 }, [['--', '--tags=22']]],
    ['that two tasks were given as two texts', { tags: 1.1 }, [['--tags=1.10'], ['--tags=1.1']]],
  ])('keeps a number %s', (_, options, lines) => expect(asNx(options, ...lines)).toEqual(options));

  it('keeps booleans and texts', () => {
    const options = { dryRun: true, image: 'api', tags: ['sha'], prune: false };
    expect(asNx(options, ['--dryRun', '--image=api', '--tags=sha', '--no-prune'])).toEqual(options);
  });

  it('restores every text that Nx parses as a number, and never another one', () => {
    const text = fc.oneof(
      fc.tuple(fc.nat(999), fc.nat(999)).map(([whole, rest]) => `${whole}.${rest}0`),
      fc.nat().map((digits) => `00${digits}`),
      fc.tuple(fc.integer(), fc.nat(20)).map(([digits, power]) => `${digits}e${power}`),
      fc.nat().map((digits) => `0x${digits.toString(16)}`),
      fc.constantFrom('', '1.', '.5', '+7', ' 7'),
    );
    fc.assert(fc.property(text, (written) => expect(asNx({ tags: Number(written) }, [`--tags=${written}`])).toEqual({ tags: written })));
  });
});
