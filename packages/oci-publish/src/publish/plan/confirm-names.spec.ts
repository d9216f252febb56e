import { digestOf, MEDIA_TYPES, type Lookup } from '@nx-oci/model';

import { confirmNames } from './confirm-names';
import { type KnownNames } from '../tag/floating/list-names';

const THERE: Lookup = { mediaType: MEDIA_TYPES.ociManifest, digest: digestOf('there'), size: 1 };
const whole = (...names: readonly string[]): KnownNames => ({ names, isWhole: true });

async function confirm(listed: KnownNames | undefined, again: KnownNames = whole()): Promise<unknown> {
  let asked = 0;
  const tags = new Map<string, Lookup>([
    ['Latest', THERE],
    ['v1', undefined],
    ['v2', 'unknown'],
  ]);
  const names = await confirmNames({ tags }, listed, () => {
    asked += 1;
    return Promise.resolve(again);
  });
  return { ...names, asked };
}

describe('a list of tags beside tags that were found', () => {
  it('is accepted if it has them, in upper or lower case', async () => {
    expect(await confirm(whole('latest', 'v3'))).toEqual({ ...whole('latest', 'v3'), asked: 0 });
  });

  it('is requested again if it lacks one, which may be newer', async () => {
    expect(await confirm(whole('v3'), whole('Latest', 'v3'))).toEqual({ ...whole('Latest', 'v3'), asked: 1 });
  });

  it('is incomplete if it still lacks one', async () => {
    expect(await confirm(whole('v3'), whole('v3', 'v4'))).toEqual({ names: ['v3', 'v4'], isWhole: false, asked: 1 });
  });

  it('is not requested again if it was not read to its end, or not requested', async () => {
    expect(await confirm({ names: ['v3'], isWhole: false })).toEqual({ names: ['v3'], isWhole: false, asked: 0 });
    expect(await confirm(undefined)).toEqual({ asked: 0 });
  });
});
