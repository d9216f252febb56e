import { modeFromBits, modeFromFirstBytes, modeOfFolder } from './file-mode';

describe('modeFromBits', () => {
  it.each([
    [0o100644, 0o644],
    [0o100600, 0o644],
    [0o100755, 0o755],
    [0o100700, 0o755],
    [0o104755, 0o755],
    [0o100655, 0o644],
  ])('uses only the x bit of the owner: %o gives %o', (bits, expected) => {
    expect(modeFromBits(bits)).toBe(expected);
  });
});

describe('modeFromFirstBytes', () => {
  it('recognises programs and scripts by their first bytes', () => {
    expect(modeFromFirstBytes(Buffer.from('#!/bin/sh'))).toBe(0o755);
    expect(modeFromFirstBytes(Buffer.from('\x7fELF\x02', 'latin1'))).toBe(0o755);
    expect(modeFromFirstBytes(Buffer.from('# title'))).toBe(0o644);
    expect(modeFromFirstBytes(Buffer.alloc(0))).toBe(0o644);
  });
});

describe('modeOfFolder', () => {
  it('is 0755, except for folders that differ in every image', () => {
    expect([modeOfFolder('app'), modeOfFolder('tmp'), modeOfFolder('app/tmp'), modeOfFolder('root')]).toEqual([
      0o755, 0o1777, 0o755, 0o700,
    ]);
  });
});
