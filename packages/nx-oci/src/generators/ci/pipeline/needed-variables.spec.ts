import { parseRegistries } from '@nx-oci/publish';

import { neededVariables } from './needed-variables';

function needed(text: string) {
  const { problems, content } = parseRegistries(text);
  expect(problems).toEqual([]);
  return neededVariables(content);
}

it('finds each variable once, in the order of the file, with its use', () => {
  const found = needed(`registries:
  corp:
    host: \${CORP_HOST:-corp.lan}
    namespace: team/\${CORP_USERNAME}
    auth:
      username: \${CORP_USERNAME}
      password: \${CORP_TOKEN}
  hub:
    host: docker.io
    namespace: acme
    auth:
      token: \${HUB_TOKEN}
    tags: ["{branch}-\${BUILD}"]
publish:
  env: [BUILD, PREFIX]
  prefix: \${PREFIX:-v}
`);
  expect(found.map(({ name, isSecret, isOptional, uses }) => ({ name, isSecret, isOptional, uses }))).toEqual([
    { name: 'CORP_HOST', isSecret: false, isOptional: true, uses: ['host of corp'] },
    { name: 'CORP_USERNAME', isSecret: false, isOptional: false, uses: ['namespace of corp', 'username of corp'] },
    { name: 'CORP_TOKEN', isSecret: true, isOptional: false, uses: ['password of corp'] },
    { name: 'HUB_TOKEN', isSecret: true, isOptional: false, uses: ['token of hub'] },
    { name: 'BUILD', isSecret: false, isOptional: false, uses: ['tags of hub'] },
    { name: 'PREFIX', isSecret: false, isOptional: true, uses: ['publish.prefix'] },
  ]);
});

it('treats a variable as secret everywhere if it is secret once', () => {
  const [both] = needed('registries: { a: { host: a.lan, auth: { username: "${BOTH}", password: "${BOTH}" } } }\n');
  expect(both).toMatchObject({ name: 'BOTH', isSecret: true });
});

it('has a default only if it has one everywhere', () => {
  const [port] = needed('registries: { a: { host: "a.lan:${PORT:-5000}" }, b: { host: "b.lan:${PORT}" } }\n');
  expect(port).toMatchObject({ name: 'PORT', isOptional: false });
});

describe('a registry on loopback', () => {
  const local = 'local: { host: "localhost:${PORT}" }';

  it.each([
    ['beside others, belongs to a desk', `registries: { ${local}, corp: { host: corp.lan } }\n`, []],
    ['that publishes go to, is used', `registries: { ${local}, corp: { host: corp.lan } }\npublish: { registries: [local] }\n`, ['PORT']],
    ['that is the only one, is used', `registries: { ${local} }\n`, ['PORT']],
  ])('%s', (_, text, names) => {
    expect(needed(text).map(({ name }) => name)).toEqual(names);
  });
});

it('omits variables that only copies read', () => {
  expect(needed('registries: { a: { host: a.lan } }\nmirrors: [{ from: "${FROM}/postgres:15", to: [a] }]\n')).toEqual([]);
});
