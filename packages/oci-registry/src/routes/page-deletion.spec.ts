import { digestOf } from '@nx-oci/model';

import { profiles, startRegistry, type RunningRegistry } from '..';
import { pushPageImage } from '../testing/page-contents';

const API = 'team/api';

describe('deletion on the page', () => {
  let registry: RunningRegistry;
  let image: string;
  const start = async (deleteOnPage: boolean): Promise<void> => {
    registry = await startRegistry({ deleteOnPage });
    image = await pushPageImage({ url: registry.url, repository: API, tags: ['v1', 'v2'], layers: ['layer'] });
  };
  afterEach(() => registry.close());

  /** The fields of the form that asks. */
  const ask = async (reference: string): Promise<Record<string, string>> => {
    const page = await (await fetch(`${registry.url}/?repository=${API}&delete=${reference}`)).text();
    return Object.fromEntries(
      [...page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
  };
  const send = (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${registry.url}/`, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
  const tags = async (): Promise<unknown> =>
    ((await (await fetch(`${registry.url}/v2/${API}/tags/list`)).json()) as { tags: unknown }).tags;

  it('removes a tag after a confirmation, and shows the others', async () => {
    await start(true);
    const answer = await send(await ask('v1'));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/?repository=team%2Fapi']);
    expect(await tags()).toEqual(['v2']);
  });

  it('removes an image with all of its tags', async () => {
    await start(true);
    expect((await send(await ask(digestOf(image)))).status).toBe(303);
    expect(await tags()).toEqual([]);
  });

  it('is not offered and not possible unless the registry was started with it', async () => {
    await start(false);
    expect(await (await fetch(`${registry.url}/?repository=${API}&image=v1`)).text()).not.toContain('delete=');
    expect((await fetch(`${registry.url}/?repository=${API}&delete=v1`)).status).toBe(403);
    expect((await send({ repository: API, delete: 'v1', digest: digestOf(image), token: 'x' })).status).toBe(403);
    expect(await tags()).toEqual(['v1', 'v2']);
  });

  it('happens by a form of the page alone', async () => {
    await start(true);
    const form = await ask('v1');
    const { token = '', ...rest } = form;
    for (const fields of [
      rest,
      { ...rest, token: '' },
      { ...rest, token: `${token}x` },
      { ...form, delete: 'v2' },
      { ...form, delete: digestOf(image) },
    ])
      expect((await send(fields)).status).toBe(403);
    for (const headers of [
      { origin: 'https://evil.example.com' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ])
      expect((await send(form, headers as unknown as Record<string, string>)).status).toBe(403);
    expect((await send(form, { 'content-type': 'text/plain' })).status).toBe(400);
    expect((await send({ ...form, more: 'x'.repeat(5000) })).status).toBe(400);
    expect((await fetch(`${registry.url}/?repository=${API}&delete=v1&token=${token}`)).status).toBe(200);
    expect(await tags()).toEqual(['v1', 'v2']);
  });

  it('does not delete what has changed since it was shown', async () => {
    await start(true);
    const form = await ask('v1');
    await pushPageImage({ url: registry.url, repository: API, tags: ['v1'], layers: ['newer'] });
    expect((await send(form)).status).toBe(409);
    expect(await tags()).toEqual(['v1', 'v2']);
  });

  it('cannot be combined with an emulated registry, whose rules it would not follow', async () => {
    await start(true);
    await expect(startRegistry({ deleteOnPage: true, profile: profiles.harbor })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining('deleteOnPage cannot be combined with a profile.'),
    });
  });
});
