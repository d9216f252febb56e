import { type EncodedManifest } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';

import { type ImagePlan } from '../plan/plan-image';
import { stageImage, type StageOptions } from './stage-image';

expect.extend({ toFailWithCode });

const ONE = makeImage({ seed: 'one' }).manifest;
const OTHER = makeImage({ seed: 'other' }).manifest;

/** An image of an engine, which makes its manifest while it pushes; of everything only what is read. */
function planOf(manifests: Readonly<Record<string, EncodedManifest>>): ImagePlan {
  const destinations = Object.keys(manifests).map((registry) => ({
    destination: { entry: { name: registry, onFailure: 'abort' }, repository: { registry, repository: 'app' } },
    hasContent: false,
    isContentUnchanged: false,
    tags: [{ tag: 'latest', rule: 'latest', isFloating: true, action: 'create' }],
    guards: new Map(),
  }));
  const stage = ({ repository: { registry } }: { readonly repository: { readonly registry: string } }) =>
    Promise.resolve({ manifest: manifests[registry] });
  const image = { facts: {}, contents: [], stagingTag: 'build-1', stage };
  const prepared = { task: { project: 'app' }, image, tags: { tags: [], skipped: [] }, tagsByRegistry: new Map() };
  return { prepared, digest: undefined, destinations, failures: [] } as unknown as ImagePlan;
}

const OPTIONS = { isAlone: true } as unknown as StageOptions;

describe('an image whose engine pushed it to several registries', () => {
  it('is staged where all of them hold the same', async () => {
    const { digest, destinations } = await stageImage(planOf({ 'one.test': ONE, 'two.test': ONE }), OPTIONS);
    expect([digest, destinations.length]).toEqual([ONE.descriptor.digest, 2]);
  });

  it('is not tagged where they hold different images', async () => {
    await expect(stageImage(planOf({ 'one.test': ONE, 'two.test': OTHER }), OPTIONS)).toFailWithCode(
      'PUBLISH_INCOMPLETE',
      /hold different images of app: one\.test\/app has .*, two\.test\/app has /,
    );
  });
});
