import fc from 'fast-check';
import { writtenChoice, writtenFlag, writtenText, writtenTexts } from '@nx-oci/publish';
import { z } from 'zod';

import { readTyped } from './typed-options';

const schema = z.object({
  namespace: writtenText.optional(),
  cmd: writtenTexts,
  engine: writtenChoice(['native', 'docker']).optional(),
  force: writtenFlag.optional(),
});

const read = (options: Readonly<Record<string, unknown>>, ...words: string[]) =>
  readTyped(options, schema, ['node', 'nx', 'g', 'nx-oci:registry', ...words]);

describe('the options of a generator', () => {
  it('are the typed texts, even if Nx converts them to numbers', () => {
    const text = fc.oneof(
      fc.tuple(fc.nat(999), fc.nat(999)).map(([whole, rest]) => `${whole}.${rest}0`),
      fc.nat().map((digits) => `00${digits}`),
      fc.tuple(fc.integer(), fc.nat(20)).map(([digits, power]) => `${digits}e${power}`),
      fc.nat().map((digits) => `0x${digits.toString(16)}`),
    );
    fc.assert(
      fc.property(text, (written) => {
        expect(read({ namespace: Number(written) }, `--namespace=${written}`)).toEqual({ namespace: written });
        expect(read({ namespace: Number(written) }, '--namespace', written)).toEqual({ namespace: written });
        expect(read({ cmd: ['sleep', written] }, `--cmd=sleep,${written}`)).toEqual({ cmd: ['sleep', written] });
      }),
    );
    expect(read({ namespace: true }, '--namespace=true')).toEqual({ namespace: 'true' });
  });

  it('are refused together if a number was not typed, or a value is empty', () => {
    expect(() => read({ namespace: 1.1, cmd: '' }, '--cmd=')).toThrow(
      [
        'Cannot use these options: 2 problems',
        '  `namespace`: it is the number 1.1, which may have been written differently (1.10 is read as 1.1, 2.0 as 2): write it in quotes.',
        '  `cmd`: it is empty; is its variable set? Omit it for the default.',
      ].join('\n'),
    );
    expect(() => read({ namespace: '' }, '--namespace', '')).toThrow('`namespace`: it is empty');
    expect(() => read({ namespace: '  ' }, '--namespace=  ')).toThrow('`namespace`: it is empty');
    expect(() => read({ cmd: [''] }, '--cmd=')).toThrow('`cmd`: it is empty');
    expect(() => read({ namespace: true }, '--namespace')).toThrow('`namespace`: it is true, not text');
  });

  it('may be empty at a prompt', () => expect(read({ namespace: '' }, '--kind=ghcr')).toEqual({ namespace: '' }));

  it('stay unchanged if they are not text', () => expect(read({ force: true }, '--force')).toEqual({ force: true }));

  it('are refused together with a wrong choice, a wrong boolean and an unknown name, each with a suggestion', () => {
    expect(() => read({ engine: 'dokcer', force: 'maybe', namspace: 'x' })).toThrow(
      [
        'Cannot use these options: 3 problems',
        '  unknown option `namspace` → did you mean `namespace`?',
        '  `engine`: "dokcer" is unknown → did you mean `docker`?',
        '  `force`: write true or false.',
      ].join('\n'),
    );
  });
});
