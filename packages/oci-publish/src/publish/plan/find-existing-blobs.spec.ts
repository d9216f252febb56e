import { digestOf, MEDIA_TYPES } from '@nx-oci/model';

import { findExistingBlobs } from './find-existing-blobs';
import { type DestinationPlan } from './plan-image';
import { type PublishableImage } from '../image/publishable-image';

const LAYER = { mediaType: MEDIA_TYPES.ociLayerGzip, digest: digestOf('a layer of the base'), size: 1 };

/** The parts of a plan and an image that are used; no tag exists. */
async function blobsHere(registry: string, repository: string): Promise<readonly string[]> {
  const plan = {
    destination: { repository: { registry: 'one.example.com', repository: 'team/app' } },
    tags: [],
  } as unknown as DestinationPlan;
  const image = { contents: [LAYER], mountSource: { registry, repository, layers: [LAYER] } } as unknown as PublishableImage;
  return [...(await findExistingBlobs(plan, image, {}))];
}

describe('the layers of a base image', () => {
  it('are in the repository that the base is in', async () => {
    expect(await blobsHere('one.example.com', 'team/app')).toEqual([LAYER.digest]);
  });

  it.each([
    ['of the same name at another host', 'two.example.com', 'team/app'],
    ['at the same name with another port', 'one.example.com:5000', 'team/app'],
    ['beside it', 'one.example.com', 'team/base'],
  ])('are not taken to be in a repository %s', async (_where, registry, repository) => {
    expect(await blobsHere(registry, repository)).toEqual([]);
  });
});
