import { normalizeOptions } from './normalize-options';

describe('the options of a plan', () => {
  it('default to a table, and a file beside the images', () => {
    expect(normalizeOptions(undefined)).toEqual({
      format: 'table',
      outputFile: 'dist/images/plan.json',
      onlyMovedBases: false,
      release: undefined,
    });
    expect(normalizeOptions({ format: 'json', outputFile: 'x.json', onlyMovedBases: true, release: '2' })).toEqual({
      format: 'json',
      outputFile: 'x.json',
      onlyMovedBases: true,
      release: '2',
    });
  });

  it('are refused with all problems', () => {
    expect(() => normalizeOptions({ format: 'yaml', outputFile: '', release: true, formt: 1 })).toThrow(
      [
        'Cannot plan the images of the workspace: 4 problems',
        'unknown option `formt` → did you mean `format`?',
        '`format`: write `table`, `json` or `matrix`.',
        '`outputFile`: name a file, such as dist/images/plan.json.',
        '`release`: it is true, not text: write --name=text.',
      ].join('\n  '),
    );
  });
});
