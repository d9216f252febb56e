import { isPlainHttp } from './is-plain-http';

describe('isPlainHttp', () => {
  it.each(['localhost', 'localhost:5000', '127.0.0.1:5000', '127.8.9.10', '[::1]:5000', '[::1]'])(
    'is true for %s on this machine',
    (registry) => {
      expect(isPlainHttp(registry, {})).toBe(true);
    },
  );

  it.each(['192.168.1.5:5000', '10.0.0.1', 'localhost.example.com', 'registry.corp:80', '127.0.0.1.example.com', '[fe80::1]'])(
    'is false for %s by default',
    (registry) => {
      expect(isPlainHttp(registry, {})).toBe(false);
      expect(isPlainHttp(registry, { plainHttp: true })).toBe(true);
    },
  );

  it('follows the settings, on this machine too', () => {
    expect(isPlainHttp('localhost:5000', { plainHttp: false })).toBe(false);
  });
});
