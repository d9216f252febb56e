import { digestOf, MEDIA_TYPES, OciError } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';

import { type Repository } from '../repository';
import { answer, type Script, startScriptedServer } from '../testing/scripted-server';
import { ALICE, contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

/** Runs `use` with a repository on a server that follows `script`. */
async function withRepository<T>(script: Script, use: (repository: Repository) => Promise<T>): Promise<T> {
  const server = await startScriptedServer(script);
  const client = testClient({ credential: ALICE });
  try {
    return await use(client.repository({ registry: server.host, repository: 'a' }));
  } finally {
    await Promise.all([client.close(), server.close()]);
  }
}

describe('listing tags', () => {
  it('follows the pages to the last', async () => {
    const tags = await withRepository(
      (request, response) =>
        request.target.includes('last=')
          ? answer(response, 200, {}, '{"name":"a","tags":["v3"]}')
          : answer(response, 200, { link: '</v2/a/tags/list?n=2&last=v2>; rel="next"' }, '{"name":"a","tags":["v1","v2"]}'),
      (repository) => repository.listTags(),
    );
    expect(tags).toEqual({ names: ['v1', 'v2', 'v3'] });
  });

  it('does not send its token to another server for the next page', async () => {
    const thief = await startScriptedServer((_, response) => answer(response, 200, {}, '{"tags":[]}'));
    const listing = withRepository(
      (_, response) => answer(response, 200, { link: `<${thief.url}/v2/a/tags/list?last=x>; rel="next"` }, '{"tags":["v1"]}'),
      (repository) => repository.listTags(),
    );
    expect(await listing).toEqual({ names: ['v1'], unread: expect.objectContaining({ code: 'REDIRECT_REFUSED' }) });
    expect(thief.seen).toEqual([]);
    await thief.close();
  });

  it.each<[string, Script]>([
    ['leads in circles', (_, response) => answer(response, 200, { link: '</v2/a/tags/list?last=x>; rel="next"' }, '{"tags":["v1"]}')],
    [
      'names its next page in an unreadable header',
      (_, response) => answer(response, 200, { link: '/v2/a/tags/list?last=x;rel=next' }, '{"tags":["v1"]}'),
    ],
    ...[400, 403, 404].map((status): [string, Script] => [
      `answers ${status} to its second page`,
      ({ target }, response) =>
        target.includes('last=')
          ? answer(response, status)
          : answer(response, 200, { link: '</v2/a/tags/list?last=x>; rel=next' }, '{"tags":["v1"]}'),
    ]),
    [
      'is busy at its second page, and stays so',
      ({ target }, response) =>
        target.includes('last=')
          ? answer(response, 503)
          : answer(response, 200, { link: '</v2/a/tags/list?last=x>; rel=next' }, '{"tags":["v1"]}'),
    ],
    [
      'has something else for its second page',
      ({ target }, response) =>
        answer(response, 200, { link: '</v2/a/tags/list?last=x>; rel=next' }, target.includes('last=') ? '<html>' : '{"tags":["v1"]}'),
    ],
  ])('returns a list marked as partial when it %s', async (_how, script) => {
    const { names, unread } = await withRepository(script, (repository) => repository.listTags());
    expect(names).toEqual(['v1']);
    expect(unread).toBeInstanceOf(OciError);
  });

  const page = (first: number, count: number) =>
    JSON.stringify({ name: 'a', tags: Array.from({ length: count }, (_, at) => `v${first + at}`) });

  it('continues after a full page even if a proxy dropped the Link header', async () => {
    const script: Script = ({ target }, response) =>
      answer(response, 200, {}, target.includes('last=v999') ? page(1000, 1) : page(0, 1000));
    const { names, unread } = await withRepository(script, (repository) => repository.listTags());
    expect([names.length, names.at(-1), unread]).toEqual([1001, 'v1000', undefined]);
  });

  it('ends when a registry without pages repeats the same list', async () => {
    const script: Script = (_, response) => answer(response, 200, {}, page(0, 1000));
    const { names, unread } = await withRepository(script, (repository) => repository.listTags());
    expect([names.length, unread]).toEqual([1000, undefined]);
  });

  it.each([
    ['{"name":"a","tags":null}', []],
    ['{"name":"a"}', []],
  ])('reads %s as no tags', async (body, tags) => {
    expect(
      await withRepository(
        (_, response) => answer(response, 200, {}, body),
        (repository) => repository.listTags(),
      ),
    ).toEqual({ names: tags });
  });

  it.each(['<html>', 'null', '{}', '[]', '{"tags":[1]}', '{"tags":"v1"}'])('does not accept %s as a list', async (body) => {
    const listing = withRepository(
      (_, response) => answer(response, 200, {}, body),
      (repository) => repository.listTags(),
    );
    await expect(listing).toFailWithCode('REGISTRY_FAILED', /did not answer with a list of tags/);
  });
});

describe('deleting a tag', () => {
  it('deletes the tag and keeps the manifest', async () => {
    const registry = await startRegistry();
    const client = testClient();
    const repository = client.repository({ registry: registry.host, repository: 'a' });
    const image = makeImage();
    for (const content of [...image.layers, image.config]) await repository.push(content.descriptor, contentOf(content));
    await repository.tag(image.manifest, 'v1');
    await repository.tag(image.manifest, 'v2');
    expect(await repository.deleteTag('v1')).toBe('deleted');
    expect(await repository.deleteTag('v1')).toBe('absent');
    expect(await repository.listTags()).toEqual({ names: ['v2'] });
    expect(await repository.resolve(image.manifest.descriptor.digest)).toEqual(image.manifest.descriptor);
    await Promise.all([client.close(), registry.close()]);
  });

  it('reports that a registry does not support it', async () => {
    expect(
      await withRepository(
        (_, response) => answer(response, 405),
        (repository) => repository.deleteTag('v1'),
      ),
    ).toBe('unsupported');
  });
});

describe('listing referrers', () => {
  const subject = digestOf('subject');
  const referrer = { mediaType: MEDIA_TYPES.ociManifest, digest: digestOf('signature'), size: 9, artifactType: 'application/x' };
  const index = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [referrer] });

  it('uses the referrers API', async () => {
    const script: Script = (request, response) =>
      request.target === `/v2/a/referrers/${subject}`
        ? answer(response, 200, { 'content-type': MEDIA_TYPES.ociIndex }, index)
        : answer(response, 404);
    expect(await withRepository(script, (repository) => repository.listReferrers(subject))).toEqual([referrer]);
  });

  it.each([
    ['404', (response: Parameters<Script>[1]) => answer(response, 404)],
    ['a web page', (response: Parameters<Script>[1]) => answer(response, 200, { 'content-type': 'text/html' }, '<html>')],
    ['a redirect to a web page', (response: Parameters<Script>[1]) => answer(response, 303, { location: '/page' })],
  ])('reads the list under the tag when the registry answers %s', async (_, refuse) => {
    const script: Script = (request, response) => {
      if (request.target === '/page') return answer(response, 200, { 'content-type': 'text/html' }, '<html>');
      if (request.target.includes('/referrers/')) return refuse(response);
      return request.target === `/v2/a/manifests/${subject.replace(':', '-')}`
        ? answer(response, 200, { 'content-type': MEDIA_TYPES.ociIndex }, index)
        : answer(response, 404);
    };
    expect(await withRepository(script, (repository) => repository.listReferrers(subject))).toEqual([referrer]);
  });

  it.each([429, 503])('retries when the registry answers %i, which does not mean that it lacks the API', async (status) => {
    let asked = 0;
    const script: Script = (request, response) => {
      if (!request.target.includes('/referrers/')) return answer(response, 404);
      asked += 1;
      return asked === 1 ? answer(response, status) : answer(response, 200, { 'content-type': MEDIA_TYPES.ociIndex }, index);
    };
    expect(await withRepository(script, (repository) => repository.listReferrers(subject))).toEqual([referrer]);
  });
});
