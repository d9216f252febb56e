import { digestOf } from './digest';
import { isOciError } from '../errors/oci-error';
import { familiarName, formatReference, parseReference } from './reference';
import { isRegistryHost, isRepositoryName, isTag } from './reference-grammar';
import { toFailWithCode } from '../testing';
import { fc } from '../testing/fast-check';
import vectors from '../testing/reference-vectors.json';

expect.extend({ toFailWithCode });

const valid = vectors.filter((vector) => vector.error === undefined);
const invalid = vectors.filter((vector) => vector.error !== undefined);

// The vectors were made by Go's reference.ParseNormalizedNamed, with sha256, sha384 and sha512 registered.
describe(`parseReference, as Go does: ${valid.length} right and ${invalid.length} wrong references`, () => {
  it.each(valid)('reads $input', ({ input, registry, repository, tag, digest, familiar }) => {
    const reference = parseReference(input);
    expect(reference).toEqual({ registry, repository, ...(tag && { tag }), ...(digest && { digest }) });
    expect(familiarName(reference)).toBe(familiar);
    expect(parseReference(formatReference(reference))).toEqual(reference);
  });

  it.each(invalid)('refuses $input', async ({ input }) => {
    await expect(() => parseReference(input)).toFailWithCode('REFERENCE_INVALID');
  });
});

describe('parseReference', () => {
  it.each([
    ['under_score.com/app', /cannot contain "_"/],
    ['https://ghcr.io/org/app', /Remove "https:\/\/"/],
    ['ghcr.io/Org/App:1.0', /Write "ghcr\.io\/org\/app:1\.0"/],
    ['Ubuntu', /Write "ubuntu"/],
    ['ghcr.io/org/app:1.0+5', /Use "1\.0_5"/],
    ['ghcr.io/org/app:-x', /the tag "-x" is invalid: it starts with "-"/],
    ['ghcr.io/org/app:', /the tag "" is invalid: it is empty/],
    [`app:${'x'.repeat(129)}`, /it has 129 characters, at most 128 are allowed/],
    [`ghcr.io/${'x'.repeat(256)}`, /it has 256 characters, at most 255 are allowed/],
    ['a/b/../c', /"\.\." starts or ends with a separator/],
    ['ghcr.io/org//app', /or contains "\/\/"/],
    ['foo___bar', /invalid sequence of separators/],
    ['ghcr.io/org/my app', /"my app" contains " "/],
    ['a'.repeat(64), /an image id/],
    ['app@sha256:abc', /"sha256:abc" is not a digest/],
    ['', /it is empty/],
  ])('says what is wrong with %j and what to do', async (text, pattern) => {
    await expect(() => parseReference(text)).toFailWithCode('REFERENCE_INVALID', pattern);
  });

  it('truncates long texts and escapes control characters in its message', () => {
    const failure = catchError(() => parseReference(`app:${'\u001b'.repeat(100_000)}`));
    expect(failure.message.length).toBeLessThan(2000);
    expect(failure.message).not.toContain('\u001b');
  });

  it('fails only with an OciError that has a hint, and returns only parts that match the grammar', () => {
    const noise = fc.array(fc.constantFrom(...Array.from('abZ09._-/:@[]+ é'), '__', 'localhost', 'docker.io', 'sha256:'), {
      maxLength: 16,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          noise.map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            const { registry, repository, tag } = parseReference(text);
            expect([isRegistryHost(registry), isRepositoryName(repository), isTag(tag ?? 'none')]).toEqual([true, true, true]);
          } catch (error) {
            if (!isOciError(error, 'REFERENCE_INVALID')) throw error;
            expect(error.hint).toBeTruthy();
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reads back the full and the short form', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
    const reference = fc.record(
      {
        registry: fc.constantFrom('docker.io', 'localhost', 'ghcr.io', 'EXAMPLE.com:80', '[::1]:5000', '10.0.0.1'),
        repository: fc.array(word, { minLength: 2, maxLength: 4 }).map((words) => words.join('/')),
        tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/),
        digest: fc.constantFrom(digestOf('a'), digestOf('b', 'sha384'), digestOf('c', 'sha512')),
      },
      { requiredKeys: ['registry', 'repository'] },
    );
    fc.assert(
      fc.property(reference, (made) => {
        expect(parseReference(formatReference(made))).toEqual(made);
        // A first part with a dot reads as a host in short form: Docker's own ambiguity, only on Docker Hub.
        fc.pre(made.registry !== 'docker.io' || !/^(?:[^/]*\.|localhost\/|library\/[0-9a-f]{64}$)/.test(made.repository));
        expect(parseReference(familiarName(made))).toEqual(made);
      }),
    );
  });

  it('takes linear time for any text', () => {
    const texts = [
      'a'.repeat(200_000),
      'a-'.repeat(100_000),
      `${'a.'.repeat(100_000)}/x`,
      `x/${'_'.repeat(200_000)}`,
      `[${':'.repeat(200_000)}/x`,
    ];
    const startMs = performance.now();
    for (const text of texts) expect(() => parseReference(text)).toThrow();
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });
});

function catchError(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing failed');
}
