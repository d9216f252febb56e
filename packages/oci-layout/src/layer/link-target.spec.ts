import { resolve } from 'node:path';

import { targetInImage } from './link-target';

const root = resolve('/work/dist');
const link = resolve('/work/dist/bin/run');

describe('targetInImage', () => {
  it.each([
    ['run.js', 'run.js'],
    ['../lib/./run.js', '../lib/./run.js'],
    ['..', '..'],
    ['missing', 'missing'],
  ])('keeps a relative target unchanged: %s', (target, expected) => {
    expect(targetInImage(root, link, target)).toBe(expected);
  });

  it('makes an absolute target relative, since the folder has another path in the image', () => {
    expect(targetInImage(root, link, resolve('/work/dist/lib/run.js'))).toBe('../lib/run.js');
    expect(targetInImage(root, link, resolve('/work/dist/bin'))).toBe('.');
  });

  it.each(['../../outside', '/etc/passwd', '../../dist-other/x', '/work'])('knows that %s is not in the image', (target) => {
    expect(targetInImage(root, link, target)).toBeUndefined();
  });
});
