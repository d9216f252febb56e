import { requireSupportedNx } from './supported-version';

it.each(['22.0.0', '22.7.12', '23.2.1', '24.0.6', '24.1.0-beta.1'])('works with Nx %s', (version) => {
  expect(() => requireSupportedNx(version)).not.toThrow();
});

it.each(['16.10.0', '21.6.3', '25.0.0', '0.0.0-pr-123', ''])('refuses Nx %j, and names the supported versions', (version) => {
  expect(() => requireSupportedNx(version)).toThrow('it needs Nx 22 to 24.');
});
