import { removeUngranted } from './granted-scopes';

const tokenOf = (claims: unknown): string =>
  ['{}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const claim = (name: string) => ({ type: 'repository', name, actions: ['pull'] });

const A = { repository: 'team/a', actions: ['pull', 'push'] } as const;
const B = { repository: 'team/b', actions: ['pull'] } as const;

describe('removeUngranted', () => {
  it('removes the repositories that a token does not name', () => {
    expect(removeUngranted(tokenOf({ access: [claim('team/b'), claim('other')] }), [A, B])).toEqual([B]);
    expect(removeUngranted(tokenOf({ access: [claim('team/b'), claim('team/a')] }), [A, B])).toEqual([A, B]);
  });

  it.each([
    'opaque',
    'a.b.c',
    '..',
    tokenOf(null),
    tokenOf({}),
    tokenOf({ access: 5 }),
    tokenOf({ access: [null, 5] }),
    tokenOf({ access: [claim('x')] }),
  ])('keeps all if %.40s does not tell', (token) => expect(removeUngranted(token, [A, B])).toEqual([A, B]));
});
