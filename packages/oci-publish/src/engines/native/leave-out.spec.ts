import { resolve } from 'node:path';

import { leaveOut } from './leave-out';

const FOLDERS = [resolve('/w/dist/images'), resolve('/w/node_modules/.cache/nx-oci')];

const excludesOf = (from: string, exclude?: readonly string[]) => leaveOut({ from: resolve(from), to: '/app', exclude }, FOLDERS).exclude;

describe('leaveOut', () => {
  it('excludes folders in the source, in addition to the user’s exclusions', () => {
    expect(excludesOf('/w', ['*.map'])).toEqual(['*.map', 'dist/images', 'node_modules/.cache/nx-oci']);
    expect(excludesOf('/w/dist')).toEqual(['images']);
    expect(excludesOf('/w/node_modules')).toEqual(['.cache/nx-oci']);
  });

  it('does not change other sources', () => {
    expect(excludesOf('/w/dist/apps/api', ['*.map'])).toEqual(['*.map']);
    expect(excludesOf('/w/dist/images/other')).toBeUndefined();
    expect(excludesOf('/w/dist/images')).toBeUndefined();
  });
});
