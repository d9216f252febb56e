import { pullCommands, type Pulled } from './pull-commands';

describe('the commands that pull', () => {
  const local = { host: 'localhost:5080', isSecure: false };
  const lan = { host: 'registry.lan', isSecure: false };
  const secure = { host: 'registry.lan', isSecure: true };
  const digest = `sha256:${'a'.repeat(64)}`;
  const api: Pulled = { repository: 'team/api', reference: 'v1', kind: 'image' };
  it.each([
    [
      local,
      api,
      [
        'docker pull localhost:5080/team/api:v1',
        'podman pull --tls-verify=false localhost:5080/team/api:v1',
        'crane pull localhost:5080/team/api:v1 image.tar',
      ],
    ],
    [
      lan,
      api,
      [
        'docker pull registry.lan/team/api:v1',
        'podman pull --tls-verify=false registry.lan/team/api:v1',
        'crane pull --insecure registry.lan/team/api:v1 image.tar',
      ],
    ],
    [
      secure,
      { ...api, reference: digest },
      [
        `docker pull registry.lan/team/api@${digest}`,
        `podman pull registry.lan/team/api@${digest}`,
        `crane pull registry.lan/team/api@${digest} image.tar`,
      ],
    ],
    [
      local,
      { ...api, kind: 'chart' },
      ['helm pull --plain-http oci://localhost:5080/team/api --version v1', 'crane pull localhost:5080/team/api:v1 image.tar'],
    ],
    [secure, { ...api, kind: 'artifact' }, ['oras pull registry.lan/team/api:v1', 'crane pull registry.lan/team/api:v1 image.tar']],
  ] as const)('at %j, of %j', (site, pulled, commands) => {
    expect(pullCommands(site, pulled).map(({ command }) => command)).toEqual(commands);
  });
});
