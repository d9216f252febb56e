import { toFailWithCode } from '@nx-oci/model/testing';
import { hostileProfiles } from '@nx-oci/registry';

import { asPublicRegistry, withTls } from '../testing/disguise';
import { pull, push, setTrap } from '../testing/trap';

expect.extend({ toFailWithCode });

describe('a hostile registry that redirects the login', () => {
  const attacks = [
    {
      attack: 'by naming a token service',
      profile: hostileProfiles.foreignRealm,
      act: pull,
      refusal: 'REALM_REFUSED',
      code: 'UNAUTHORIZED',
    },
    {
      attack: 'by redirecting readers',
      profile: hostileProfiles.foreignRedirect,
      act: pull,
      refusal: 'REDIRECT_REFUSED',
      code: 'REGISTRY_FAILED',
    },
    {
      attack: 'by taking uploads',
      profile: hostileProfiles.foreignUpload,
      act: push,
      refusal: 'REDIRECT_REFUSED',
      code: 'REGISTRY_FAILED',
    },
  ] as const;

  it.each(attacks)('to another port of this machine, $attack: that port gets requests without it', async ({ profile, act, code }) => {
    const { registry, ...trap } = await setTrap(profile);
    await expect(act({ registry, ...trap })).toFailWithCode(code);
    const got = registry.secondServer!.log.entries();
    expect(got.length).toBeGreaterThan(0);
    expect(got.map(({ authorization }) => authorization)).toEqual(got.map(() => undefined));
  });

  it.each(attacks)('from a public name to this machine, $attack: that port gets nothing', async ({ profile, act, refusal }) => {
    const trap = await setTrap(profile, { disguiseAs: asPublicRegistry });
    await expect(act(trap)).toFailWithCode(refusal, /which is a private address/);
    expect(trap.registry.log.entries().length).toBeGreaterThan(0);
    expect(trap.registry.secondServer!.log.entries()).toEqual([]);
  });

  it.each(attacks)('from TLS to plain HTTP, $attack: that port gets nothing', async ({ profile, act, refusal }) => {
    const trap = await setTrap(profile, { disguiseAs: withTls });
    await expect(act(trap)).toFailWithCode(refusal, /which does not use TLS/);
    expect(trap.registry.log.entries().length).toBeGreaterThan(0);
    expect(trap.registry.secondServer!.log.entries()).toEqual([]);
  });
});

describe('a hostile registry', () => {
  it('that redirects uploads gets nothing sent to the other server', async () => {
    const trap = await setTrap(hostileProfiles.foreignRedirectOfWriters);
    await expect(push(trap)).toFailWithCode('REGISTRY_FAILED', /answered 307/);
    expect(trap.registry.secondServer!.log.entries()).toEqual([]);
  });

  it('that names another server for its layers gets no request sent there', async () => {
    const trap = await setTrap(hostileProfiles.foreignLayers);
    await pull(trap);
    expect(trap.registry.log.entries().filter(({ path, status }) => path.includes('/blobs/') && status === 200)).not.toEqual([]);
    expect(trap.registry.secondServer!.log.entries()).toEqual([]);
  });

  it('that redirects to another server does not have its text quoted as the text of the registry', async () => {
    const trap = await setTrap(hostileProfiles.foreignRedirect);
    await expect(pull(trap)).toFailWithCode('REGISTRY_FAILED', /redirected to .* answered 401/);
    expect(trap.registry.secondServer!.log.entries()).not.toEqual([]);
    expect(trap.client.warnings()).toEqual([]);
  });

  it('that sets cookies gets none back', async () => {
    const trap = await setTrap(hostileProfiles.cookies);
    await push(trap);
    await pull(trap);
    expect(trap.registry.log.entries().map(({ status }) => status)).not.toContain(400);
  });
});
