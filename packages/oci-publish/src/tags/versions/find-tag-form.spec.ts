import fc from 'fast-check';

import { findTagForm } from './find-tag-form';
import { makeReleasePattern } from './release-pattern';

const PROJECTS = ['api', 'api-admin', '@shop/web'];
const formOf = (...tags: readonly string[]) => findTagForm(tags, PROJECTS)?.text;

describe('findTagForm', () => {
  it.each<[string, readonly string[]]>([
    ['v{version}', ['v1.3.0', 'v1.2.3-rc.1', 'v1', 'nightly']],
    ['{version}', ['3.59.0', '3.58.0']],
    ['release-{version}', ['release-1.2.3']],
    ['{projectName}@{version}', ['api@1.2.3', '@shop/web@2.0.0']],
    ['{projectName}-v{version}', ['api-admin-v1.2.3', 'api-v1.0.0']],
    ['apiary-{version}', ['apiary-1.2.3']],
  ])('is %s', (form, tags) => expect(formOf(...tags)).toBe(form));

  it('is undefined if there are several forms, or none', () => {
    expect(formOf('v1.2.3', '1.2.3')).toBeUndefined();
    expect(formOf('api@1.2.3', 'v1.2.3')).toBeUndefined();
    expect(formOf('nightly', 'v1', '1.2')).toBeUndefined();
    expect(formOf()).toBeUndefined();
  });

  it('matches every tag it was found from', () => {
    const form = fc.constantFrom('v{version}', '{version}', 'release-{version}', '{projectName}@{version}', '{projectName}-v{version}');
    const version = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join('.'));
    const tagged = fc.array(fc.tuple(fc.constantFrom(...PROJECTS), version), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(form, tagged, (text, pairs) => {
        const tags = pairs.map(([projectName, number]) => makeReleasePattern(text, { projectName })?.tagOf(number) ?? '');
        expect(formOf(...tags)).toBe(text);
      }),
    );
  });
});
