import { localImageName } from './local-name';

describe('localImageName', () => {
  it('is readable and follows the grammar of names', () => {
    expect(localImageName('/w', '@acme/Shop.Api')).toMatch(/^nx-oci\/acme-shop-api:[a-f0-9]{12}$/);
    expect(localImageName('/w', '…')).toMatch(/^nx-oci\/image:[a-f0-9]{12}$/);
    expect(localImageName('/w', `${'a'.repeat(99)}-${'b'.repeat(99)}`)).toMatch(/^nx-oci\/a{99}:[a-f0-9]{12}$/);
  });

  it('differs for two projects and for two checkouts', () => {
    const names = [localImageName('/w', '@acme/api'), localImageName('/w', 'acme-api'), localImageName('/v', 'acme-api')];
    expect(new Set(names).size).toBe(3);
  });
});
