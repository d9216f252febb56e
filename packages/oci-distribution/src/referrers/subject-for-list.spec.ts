import { copyImage, digestOf } from '@nx-oci/model';
import { EMPTY_BLOB, makeImage, makeSignature, MemoryStore, toFailWithCode } from '@nx-oci/model/testing';
import { profiles } from '@nx-oci/registry';

import { answer, startScriptedServer } from '../testing/scripted-server';
import { testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';
import { referrersTag } from './referrers-tag';

expect.extend({ toFailWithCode });

const IMAGE = makeImage({ layers: 1 });
const { descriptor } = IMAGE.manifest;
const SIGNATURE = makeSignature(descriptor, 'referrer');

async function pushTo(registry: string) {
  const a = testClient().repository({ registry, repository: 'group/a', access: 'push' });
  await copyImage(new MemoryStore([...IMAGE.contents, EMPTY_BLOB]), a, descriptor);
  return a;
}

describe('GitLab, which answers the tag of a list with the subject itself', () => {
  it('has no referrers before a list is written, and those of the list afterwards', async () => {
    const { host } = await startRegistry({ profile: profiles.gitlab });
    const a = await pushTo(host);
    expect((await a.fetchManifest(referrersTag(descriptor.digest)))?.descriptor.digest).toBe(descriptor.digest);
    expect(await a.listReferrers(descriptor.digest)).toEqual([]);
    await copyImage(new MemoryStore([...IMAGE.contents, EMPTY_BLOB, SIGNATURE]), a, SIGNATURE.descriptor);
    expect((await a.listReferrers(descriptor.digest)).map(({ digest }) => digest)).toEqual([SIGNATURE.descriptor.digest]);
  });
});

describe('a registry that does not store a list', () => {
  it('is reported as such, without advice to delete the image', async () => {
    const image = { 'content-type': descriptor.mediaType, 'docker-content-digest': descriptor.digest };
    const { host } = await startScriptedServer(({ method, target, body }, response) => {
      if (method === 'PUT') answer(response, 201, { 'docker-content-digest': digestOf(Buffer.from(body, 'latin1')) });
      else if (target.includes('/referrers/')) answer(response, 404);
      else if (target.includes('/tags/')) answer(response, 200, {}, '{"tags":["v1"]}');
      else answer(response, 200, image, Buffer.from(IMAGE.manifest.bytes).toString('utf8'));
    });
    const a = testClient().repository({ registry: host, repository: 'a', access: 'push' });
    const failure: unknown = await a.linkReferrers({ subject: descriptor.digest, referrers: [SIGNATURE] }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining('Cannot list referrers at'),
    });
    expect((failure as { readonly hint: string }).hint).not.toMatch(/remove|delete/i);
  });
});

it('a list that the API lacks is read from the tag', async () => {
  const { host } = await startScriptedServer(({ target }, response) => {
    const manifests = target.includes('/referrers/') ? [] : [SIGNATURE.descriptor];
    const body = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests });
    answer(response, 200, { 'content-type': 'application/vnd.oci.image.index.v1+json' }, body);
  });
  const listed = await testClient().repository({ registry: host, repository: 'a' }).listReferrers(descriptor.digest);
  expect(listed.map(({ digest }) => digest)).toEqual([SIGNATURE.descriptor.digest]);
});
