import { parseReference } from './reference';
import { isRegistryHost, isRepositoryName, isTag } from './reference-grammar';
import { fuzz } from '../testing';
import { fc } from '../testing/fast-check';

const PIECES = [...Array.from('abZ09._-/:@[]%+ é\0'), '__', 'localhost', 'docker.io', '[::1]:5000', 'sha256:', 'a'.repeat(64)];

it('the reference parser survives any text, and returns only parts that match the grammar', () => {
  fuzz(fc, {
    name: 'references',
    drawn: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }).map((parts) => parts.join('')),
      fc.tuple(fc.constantFrom(...PIECES), fc.nat(2000)).map(([piece, times]) => piece.repeat(times)),
    ),
    read: (text) => {
      const { registry, repository, tag } = parseReference(text);
      if (!isRegistryHost(registry) || !isRepositoryName(repository) || !isTag(tag ?? 'none')) throw new Error('a wrong part');
    },
  });
});
