import { digestOf, MEDIA_TYPES } from '@nx-oci/model';

import { codesOf, describe as descriptorOf, makeImage, makeIndex, pushBlob, putManifest } from '../testing/push';
import { startForSpec, STORAGES, type SpecRegistry } from '../testing/storages';

interface Listed {
  readonly status: number;
  readonly body: { readonly tags: readonly string[]; readonly manifests: readonly { readonly digest: string }[] };
  readonly link: string | null;
  readonly headers: Headers;
}

describe.each(STORAGES)('lists from %s', (kind) => {
  let registry: SpecRegistry;
  const get = async (path: string): Promise<Listed> => {
    const answer = await fetch(registry.url + path);
    return {
      status: answer.status,
      body: (await answer.json()) as Listed['body'],
      link: answer.headers.get('link'),
      headers: answer.headers,
    };
  };

  beforeEach(async () => {
    registry = await startForSpec(kind);
  });
  afterEach(() => registry.close());

  describe('tags', () => {
    const tags = ['1.0', '1.10', 'Latest', 'con', 'latest'];
    const list = (query: string) => get(`/v2/team/api/tags/list${query}`);

    beforeEach(async () => {
      const image = await makeImage(registry.url, 'team/api', ['layer']);
      for (const tag of [...tags].reverse()) await putManifest(registry.url, 'team/api', tag, image);
    });

    it('are sorted by their bytes, with case', async () => {
      expect((await get('/v2/team/api/tags/list')).body).toEqual({ name: 'team/api', tags });
    });

    it('are returned in linked pages', async () => {
      const first = await list('?n=2');
      expect([first.body.tags, first.link]).toEqual([tags.slice(0, 2), '</v2/team/api/tags/list?n=2&last=1.10>; rel="next"']);
      const second = await list('?n=2&last=1.10');
      expect([second.body.tags, second.link]).toEqual([tags.slice(2, 4), '</v2/team/api/tags/list?n=2&last=con>; rel="next"']);
      const third = await list('?n=2&last=con');
      expect([third.body.tags, third.link]).toEqual([tags.slice(4), null]);
    });

    it('start after a tag that need not exist', async () => {
      expect((await list('?last=1.05')).body.tags).toEqual(tags.slice(1));
    });

    it('are empty, without a next page, for n=0', async () => {
      const none = await list('?n=0');
      expect([none.body.tags, none.link]).toEqual([[], null]);
    });

    it.each(['?n=-1', '?n=two'])('are refused for %s', async (query) => {
      expect((await list(query)).status).toBe(400);
    });

    it('are unknown for a repository without pushes', async () => {
      const answer = await fetch(`${registry.url}/v2/team/nobody/tags/list`);
      expect([answer.status, await codesOf(answer)]).toEqual([404, ['NAME_UNKNOWN']]);
    });
  });

  describe('repositories', () => {
    it('are listed with their parents and children, page by page', async () => {
      for (const name of ['b', 'a/b/c', 'a/b', 'a-b']) await pushBlob(registry.url, name, 'x');
      expect((await get('/v2/_catalog')).body).toEqual({ repositories: ['a-b', 'a/b', 'a/b/c', 'b'] });
      const page = await get('/v2/_catalog?n=2');
      expect([page.body, page.link]).toEqual([{ repositories: ['a-b', 'a/b'] }, '</v2/_catalog?n=2&last=a%2Fb>; rel="next"']);
    });

    it('disappear with their last blob', async () => {
      const digest = await pushBlob(registry.url, 'a', 'x');
      await fetch(`${registry.url}/v2/a/blobs/${digest}`, { method: 'DELETE' });
      expect((await get('/v2/_catalog')).body).toEqual({ repositories: [] });
    });
  });

  describe('referrers', () => {
    const list = (digest: string, query = '') => get(`/v2/app/referrers/${digest}${query}`);

    it('are listed with type and annotations, even before their subject exists', async () => {
      const subject = descriptorOf(MEDIA_TYPES.ociManifest, 'not pushed yet');
      const sbom = await makeImage(registry.url, 'app', ['sbom'], {
        subject,
        artifactType: 'application/x.sbom',
        annotations: { by: 'us' },
      });
      const stored = await putManifest(registry.url, 'app', digestOf(sbom), sbom);
      expect(stored.headers.get('oci-subject')).toBe(subject.digest);
      const { body, headers } = await list(subject.digest);
      expect(headers.get('content-type')).toBe(MEDIA_TYPES.ociIndex);
      expect(body).toEqual({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.ociIndex,
        manifests: [{ ...descriptorOf(MEDIA_TYPES.ociManifest, sbom), artifactType: 'application/x.sbom', annotations: { by: 'us' } }],
      });
    });

    it('get the type of their config if an image has none, and no type if an index has none', async () => {
      const subject = descriptorOf(MEDIA_TYPES.ociManifest, 'subject');
      const image = await makeImage(registry.url, 'app', ['x'], { subject });
      const index = makeIndex([image], { subject });
      await putManifest(registry.url, 'app', digestOf(image), image);
      await putManifest(registry.url, 'app', digestOf(index), index);
      const { manifests } = (await list(subject.digest)).body;
      expect(manifests.find(({ digest }) => digest === digestOf(image))).toMatchObject({ artifactType: MEDIA_TYPES.ociConfig });
      expect(manifests.find(({ digest }) => digest === digestOf(index))).not.toHaveProperty('artifactType');
    });

    it('are filtered by type, and say so', async () => {
      const subject = descriptorOf(MEDIA_TYPES.ociManifest, 'subject');
      for (const artifactType of ['a/sbom', 'a/signature']) {
        const manifest = await makeImage(registry.url, 'app', ['x'], { subject, artifactType });
        await putManifest(registry.url, 'app', digestOf(manifest), manifest);
      }
      const { body, headers } = await list(subject.digest, '?artifactType=a/sbom');
      expect(body.manifests).toMatchObject([{ artifactType: 'a/sbom' }]);
      expect(headers.get('oci-filters-applied')).toBe('artifactType');
    });

    it('disappear with their manifest', async () => {
      const subject = descriptorOf(MEDIA_TYPES.ociManifest, 'subject');
      const image = await makeImage(registry.url, 'app', ['x'], { subject });
      await putManifest(registry.url, 'app', 'v1', image);
      await fetch(`${registry.url}/v2/app/manifests/${digestOf(image)}`, { method: 'DELETE' });
      expect((await list(subject.digest)).body.manifests).toEqual([]);
    });

    it('are an empty list for an unknown digest, and an error for an invalid one', async () => {
      expect((await list(digestOf('unknown'))).body.manifests).toEqual([]);
      expect((await fetch(`${registry.url}/v2/app/referrers/latest`)).status).toBe(400);
    });
  });
});
