import { resolve } from 'node:path';

import { leaveOut } from './leave-out';

const FOLDERS = [resolve('/w/dist/images'), resolve('/w/node_modules/.cache/nx-oci')];

const excludesOf = (from: string, exclude?: readonly string[]) => leaveOut({ from: resolve(from), to: '/app', exclude }, FOLDERS).exclude;

describe('leaveOut', () => {
  it('leaves out what lies in the source, beside what the user leaves out', () => {
    expect(excludesOf('/w', ['*.map'])).toEqual(['*.map', 'dist/images', 'node_modules/.cache/nx-oci']);
    expect(excludesOf('/w/dist')).toEqual(['images']);
    expect(excludesOf('/w/node_modules')).toEqual(['.cache/nx-oci']);
  });

  it('changes no source that holds none of it', () => {
    expect(excludesOf('/w/dist/apps/api', ['*.map'])).toEqual(['*.map']);
    expect(excludesOf('/w/dist/images/other')).toBeUndefined();
    expect(excludesOf('/w/dist/images')).toBeUndefined();
  });
});
