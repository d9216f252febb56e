import { type Descriptor, MEDIA_TYPES } from '@nx-oci/model';
import { makeImage, makeSignature, toFailWithCode } from '@nx-oci/model/testing';

import { answer, MANIFEST_UNKNOWN, startScriptedServer } from '../testing/scripted-server';
import { testClient } from '../testing/test-client';

expect.extend({ toFailWithCode });

const SUBJECT = makeImage({ layers: 1 }).manifest.descriptor;
const SIGNATURE = makeSignature(SUBJECT, 'a signature').descriptor;
const SBOM = makeSignature(SUBJECT, 'an SBOM').descriptor;
const DENIED = '{"errors":[{"code":"DENIED","message":"not for you"}]}';

interface Said {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

interface Answers {
  readonly api: Said;
  readonly tag?: Said;
  /** The second page; absent if there is none. */
  readonly secondPage?: Said;
}

const MISSING: Said = { status: 404, type: 'application/json', body: MANIFEST_UNKNOWN };

function listOf(manifests: readonly Descriptor[], type?: string): string {
  return JSON.stringify({ schemaVersion: 2, ...(type && { mediaType: type }), manifests });
}

/** The referrers that a client finds with these answers. */
async function list({ api, tag = MISSING, secondPage }: Answers): Promise<readonly Descriptor[]> {
  const { host } = await startScriptedServer(({ target }, response) => {
    const isSecond = target.includes('page=2');
    const { status = 200, type, body } = !target.includes('/referrers/') ? tag : isSecond && secondPage ? secondPage : api;
    if (secondPage && !isSecond) response.setHeader('link', `<${target}?page=2>; rel="next"`);
    if (type !== undefined) response.setHeader('content-type', type);
    answer(response, status, {}, body);
  });
  return testClient().repository({ registry: host, repository: 'a' }).listReferrers(SUBJECT.digest);
}

describe('the referrers of an image', () => {
  it.each([
    { status: 401, code: 'UNAUTHORIZED' },
    { status: 403, code: 'DENIED' },
  ] as const)('are unknown when the registry answers $status, with or without an error body', async ({ status, code }) => {
    await expect(list({ api: { status, body: DENIED } })).toFailWithCode(code, /list the referrers of/);
    await expect(list({ api: { status, type: 'text/html', body: '<h1>no</h1>' } })).toFailWithCode(code, /list the referrers of/);
  });

  it('are unknown when the tag of the list may not be read', async () => {
    await expect(list({ api: { status: 404, body: '' }, tag: { status: 403, body: DENIED } })).toFailWithCode('DENIED');
  });

  it.each([
    MEDIA_TYPES.ociIndex,
    `${MEDIA_TYPES.ociIndex}; charset=utf-8`,
    'Application/vnd.oci.image.index.v1+JSON',
    'application/json',
    'text/plain',
    'application/octet-stream',
    undefined,
  ])('are read from a list that is served as %s', async (type) => {
    for (const own of [MEDIA_TYPES.ociIndex, undefined]) {
      expect(await list({ api: { type, body: listOf([SIGNATURE], own) } })).toEqual([SIGNATURE]);
      expect(await list({ api: { status: 404, body: '' }, tag: { type, body: listOf([SIGNATURE], own) } })).toEqual([SIGNATURE]);
    }
  });

  it('are read from a Docker manifest list', async () => {
    const said = { type: MEDIA_TYPES.dockerIndex, body: listOf([SIGNATURE], MEDIA_TYPES.dockerIndex) };
    expect(await list({ api: said })).toEqual([SIGNATURE]);
    expect(await list({ api: { status: 404, body: '' }, tag: said })).toEqual([SIGNATURE]);
  });

  it.each([
    { status: 404, body: '404 page not found' },
    { status: 400, body: '' },
    { status: 405, body: '' },
    { status: 500, body: '' },
    { status: 303, body: '' },
    { type: 'text/html', body: '<html></html>' },
    { type: 'application/json', body: '{}' },
    { type: 'application/json', body: 'null' },
    { body: '' },
  ])('are read from the tag without the API: %j', async (api) => {
    expect(await list({ api, tag: { body: listOf([SIGNATURE]) } })).toEqual([SIGNATURE]);
    expect(await list({ api })).toEqual([]);
  });

  it('are distinguished from a broken list', async () => {
    const body = JSON.stringify({ schemaVersion: 2, manifests: [{ digest: 'sha256:0' }] });
    for (const type of ['application/json', MEDIA_TYPES.ociIndex])
      await expect(list({ api: { type, body } })).toFailWithCode('MANIFEST_INVALID');
  });

  it('are each returned once, even if the list has duplicates', async () => {
    const api = { type: MEDIA_TYPES.ociIndex, body: listOf([SIGNATURE, SBOM, SIGNATURE]) };
    const secondPage = { type: MEDIA_TYPES.ociIndex, body: listOf([SBOM]) };
    expect(await list({ api })).toEqual([SIGNATURE, SBOM]);
    expect(await list({ api, secondPage })).toEqual([SIGNATURE, SBOM]);
    expect(await list({ api: { status: 404, body: '' }, tag: api })).toEqual([SIGNATURE, SBOM]);
  });

  it.each([{ status: 403, body: DENIED }, { status: 404, body: '' }, { type: 'text/html', body: '<html></html>' }, { body: '{}' }])(
    'are unknown when a later page is invalid: %j',
    async (secondPage) => {
      const api = { type: MEDIA_TYPES.ociIndex, body: listOf([SIGNATURE]) };
      await expect(list({ api, secondPage })).rejects.toMatchObject({ name: 'OciError' });
    },
  );
});

it('a Docker manifest list is extended and becomes an OCI index', async () => {
  const written: string[] = [];
  const { host } = await startScriptedServer(({ method, target, body }, response) => {
    if (method === 'PUT') written.push(body);
    if (method === 'PUT') answer(response, 201);
    else if (target.includes('/referrers/')) answer(response, 403, {}, DENIED);
    else if (written[0] !== undefined) answer(response, 200, { 'content-type': MEDIA_TYPES.ociIndex }, written[0]);
    else answer(response, 200, { 'content-type': MEDIA_TYPES.dockerIndex }, listOf([SBOM], MEDIA_TYPES.dockerIndex));
  });
  const referrer = makeSignature(SUBJECT, 'a signature');
  const repository = testClient().repository({ registry: host, repository: 'a', access: 'push' });
  await repository.linkReferrers({ subject: SUBJECT.digest, referrers: [referrer] });
  const { mediaType, manifests } = JSON.parse(written[0] ?? '{}') as {
    readonly mediaType: string;
    readonly manifests: readonly Descriptor[];
  };
  expect({ mediaType, digests: manifests.map(({ digest }) => digest) }).toEqual({
    mediaType: MEDIA_TYPES.ociIndex,
    digests: [SBOM.digest, referrer.descriptor.digest],
  });
});
