import { checkHost } from './check-host';

it.each(['ghcr.io', 'docker.io', 'localhost', 'localhost:5080', 'corp:5000', '127.0.0.1:5000', '[::1]:5000', 'Registry.Example.com'])(
  'accepts %s',
  (host) => {
    expect(checkHost(host)).toBeUndefined();
  },
);

it.each([
  ['https://ghcr.io', 'drop it: `host: ghcr.io`'],
  ['https://ghcr.io/v2/', 'drop it: `host: ghcr.io`'],
  ['http://corp.lan:5000', 'drop it: `host: corp.lan:5000` and `plainHttp: true`'],
  ['ghcr.io/acme', 'write `host: ghcr.io`, and the path under `namespace`'],
  ['registry-1.docker.io', 'write `host: docker.io`'],
  ['registry', 'write its full name, or its port: `registry:443`'],
  ['my_host:5000', 'write host or host:port, like ghcr.io or localhost:5080'],
  ['corp.lan:0', 'write host or host:port, like ghcr.io or localhost:5080'],
  ['corp.lan:70000', 'write host or host:port, like ghcr.io or localhost:5080'],
  ['', 'write host or host:port, like ghcr.io or localhost:5080'],
])('says how to write %s', (host, fix) => {
  expect(checkHost(host)?.fix).toBe(fix);
});

it('reports that there is a login, without showing it', () => {
  const diagnostic = checkHost('https://me:hunter2@corp.lan');
  expect(diagnostic?.fix).toContain('`auth`');
  expect(JSON.stringify(diagnostic)).not.toContain('hunter2');
});
