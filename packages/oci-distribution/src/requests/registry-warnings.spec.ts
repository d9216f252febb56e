import { RegistryWarnings } from './registry-warnings';
import { testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

const read = (...warning: readonly string[]): readonly string[] => {
  const warnings = new RegistryWarnings();
  for (const line of warning) warnings.collect({ headers: { warning: line } });
  return warnings.texts;
};

describe('a registry warning', () => {
  it('is read in the format of the specification, each text once', () => {
    expect(read('299 - "Your token ends soon."', '299 - "Your token ends soon."', '299 - "Read \\"the news\\", please"')).toEqual([
      'Your token ends soon.',
      'Read "the news", please',
    ]);
    expect(read('299 - "one", 299 - "two"')).toEqual(['one', 'two']);
  });

  it.each(['110 - "stale"', '299 proxy.example.com "not the registry"', '299 - unquoted', '299 - ""', ''])('is not %p', (line) => {
    expect(read(line)).toEqual([]);
  });

  it('cannot rewrite the terminal, nor flood it', () => {
    expect(read('299 - "\u001b[2Jgone\nnext line"')).toEqual(['[2Jgone next line']);
    const [text = ''] = read(`299 - "${'x'.repeat(4000)}"`);
    expect(text).toHaveLength(300);
    expect(read(...Array.from({ length: 50 }, (_, number) => `299 - "${number}"`))).toHaveLength(10);
  });

  it('is returned by the client, with the name of the registry', async () => {
    const registry = await startRegistry();
    const client = testClient();
    const headers = { warning: '299 - "This registry closes in May."' };
    registry.faults.add({ path: /manifests/, times: 2, answer: { status: 404, headers } });
    const api = client.repository({ registry: registry.host, repository: 'team/api' });
    expect(client.warnings()).toEqual([]);
    await api.resolve('one');
    await api.resolve('two');
    expect(client.warnings()).toEqual([{ registry: registry.host, text: 'This registry closes in May.' }]);
    await client.close();
    await registry.close();
  });
});
