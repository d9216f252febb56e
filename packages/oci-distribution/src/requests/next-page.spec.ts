import fc from 'fast-check';

import { toFailWithCode } from '@nx-oci/model/testing';

import { nextPageOf } from './next-page';

expect.extend({ toFailWithCode });

// The same in every run, so that failures are reproducible.
const DRAWN = { seed: 1, numRuns: 500 };

const ORIGIN = 'https://registry.example.com';
const RULES = { origin: ORIGIN, trustedHosts: [] };
const URL_OF_PAGE = new URL(`${ORIGIN}/v2/a/tags/list?n=1000`);

const next = (link: string) => nextPageOf({ headers: { link }, url: URL_OF_PAGE }, RULES)?.href;

const token = fc.stringMatching(/^[a-z*-]{1,8}$/);
const quoted = fc
  .string({ unit: fc.constantFrom('a', ' ', ',', ';', '<', '>', '=', '\\\\', '\\"'), maxLength: 8 })
  .map((text) => `"${text}"`);
const parameter = fc
  .tuple(
    token.filter((name) => name !== 'rel'),
    fc.oneof(token, quoted),
  )
  .map(([name, value]) => `${name}=${value}`);
const space = fc.constantFrom('', ' ', '\t', '  ');
const relation = fc.constantFrom('rel=next', 'rel="next"', 'REL="Next"', 'rel = "prev next"', 'rel="next last"');
const other = fc.constantFrom('rel=prev', 'rel="last"', 'rel=nextpage', 'rev=next', 'title="next"', 'rel=prev; rel=next');

/** A link with its parameters in any order. */
const linkTo = (target: string, which: fc.Arbitrary<string>) =>
  fc
    .tuple(which, fc.array(parameter, { maxLength: 3 }), fc.nat(3), space)
    .map(([rel, rest, at, gap]) => [`<${target}>`, ...rest.toSpliced(at, 0, rel)].join(`${gap};${gap}`));
const others = fc.array(fc.oneof(linkTo('/v2/x', other), fc.constant('</v2/y>')), { maxLength: 3 });

describe('the next page of a list', () => {
  it('is the link with that relation, whatever else the header contains', () => {
    const header = fc.tuple(others, linkTo('/v2/a/tags/list?n=5&last=a,b%3B', relation), others);
    fc.assert(
      fc.property(header, fc.constantFrom(',', ', ', ' ,\t'), ([before, link, after], comma) => {
        expect(next([...before, link, ...after].join(comma))).toBe(`${ORIGIN}/v2/a/tags/list?n=5&last=a,b%3B`);
      }),
      DRAWN,
    );
  });

  it('does not exist if no link has that relation', () => {
    fc.assert(
      fc.property(others, (links) => expect(next(links.join(', '))).toBeUndefined()),
      DRAWN,
    );
  });

  it.each([
    '/v2/a/tags/list?last=x;rel=next',
    '/v2;rel=next',
    '</v2;rel=next',
    '<<a>; rel=next',
    '</v2>; rel="next',
    '</v2> rel=next',
    'next',
    '</v2/a>;rel=next </v2/b>;rel=next',
  ])('is unknown if the header is invalid: %s', async (link) => {
    await expect(Promise.resolve().then(() => next(link))).toFailWithCode('REGISTRY_FAILED', /sent an invalid `Link` header/);
  });

  it('is never silently missing if one character of the header is wrong', () => {
    const mark = fc.constantFrom('<', '>', '"', '=');
    fc.assert(
      fc.property(linkTo('/v2/a/tags/list?last=x', fc.constant('rel="next"')), mark, fc.nat(), (link, taken, at) => {
        const places = Array.from(link).flatMap((letter, index) => (letter === taken && index < link.indexOf('>') + 1 ? [index] : []));
        fc.pre(places.length > 0);
        const place = places[at % places.length] ?? 0;
        expect(() => {
          if (next(link.slice(0, place) + link.slice(place + 1)) !== undefined) throw new Error('it is read as another page');
        }).toThrow();
      }),
      DRAWN,
    );
  });

  it('must not be on another server, nor ambiguous', async () => {
    await expect(Promise.resolve().then(() => next('<https://other.example.com/v2>; rel=next'))).toFailWithCode('REDIRECT_REFUSED');
    await expect(Promise.resolve().then(() => next('</a>; rel=next, </b>; rel=next'))).toFailWithCode('REGISTRY_FAILED');
    expect(next('</a>; rel=next, </a>; rel=next')).toBe(`${ORIGIN}/a`);
  });

  it('is found in linear time', () => {
    const started = performance.now();
    for (const link of [
      `<${' '.repeat(15_000)}`,
      `</a>${' ;'.repeat(7000)}`,
      `</a>;a="${'\\'.repeat(15_000)}`,
      '</a>;rel=next '.repeat(1000),
    ])
      expect(() => next(link)).toThrow();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
