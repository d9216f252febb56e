import { randomUUID } from 'node:crypto';

import { type Descriptor, MEDIA_TYPES } from '@nx-oci/model';
import { EMPTY_BLOB, makeSignature, SIGNATURE_TYPE, describeWith, makeImage } from '@nx-oci/model/testing';

import { contentOf, testClient } from '../testing/test-client';

const IMAGE = makeImage({ layers: 1 });

describe.each(['distribution-2.8', 'distribution-3'])('signatures of an image at %s, which has no referrers API', (name) => {
  describeWith([name], 'are listed under the tag', (things) => {
    it('are listed with type and annotations, from all runs', async () => {
      const { host } = things.server(name);
      const repository = `signed/${randomUUID()}`;
      const signatures = ['one', 'two', 'three'].map((note) => makeSignature(IMAGE.manifest.descriptor, note));
      for (const signature of signatures) {
        const target = testClient().repository({ registry: host, repository, access: 'push' });
        for (const blob of [...IMAGE.layers, IMAGE.config, EMPTY_BLOB]) await target.push(blob.descriptor, contentOf(blob));
        await target.tag(IMAGE.manifest, 'v1');
        await target.push(signature.descriptor, contentOf(signature));
      }
      const tag = IMAGE.manifest.descriptor.digest.replace(':', '-');
      const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, { headers: { accept: MEDIA_TYPES.ociIndex } });
      const { manifests } = (await answer.json()) as { readonly manifests: readonly Descriptor[] };
      expect(manifests).toEqual(
        signatures.map(({ descriptor }, number) => ({
          ...descriptor,
          artifactType: SIGNATURE_TYPE,
          annotations: { note: ['one', 'two', 'three'][number] },
        })),
      );
    });
  });
});
