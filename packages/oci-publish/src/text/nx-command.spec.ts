import { OciError } from '@nx-oci/model';

import { describeFailure } from '../publish/report/describe-failure';
import { describeError } from './describe-error';
import { asTyped } from './nx-command';

describe('a command of nx in a message', () => {
  it.each([
    ['npm/10.9.2 node/v22.1.0 linux x64', 'npx nx'],
    ['pnpm/10.2.0 npm/? node/v22.1.0 linux x64', 'pnpm exec nx'],
    ['pnpm', 'pnpm exec nx'],
    ['yarn/1.22.22 npm/? node/v22.1.0 linux x64', 'yarn nx'],
    ['yarn/4.9.1 npm/? node/v22.1.0', 'yarn nx'],
    ['bun/1.2.3', 'bun nx'],
    ['', 'nx'],
    ['constructor/1', 'nx'],
    [undefined, 'nx'],
  ])('started by %s is written as %s', (agent, nx) => {
    const env = { npm_config_user_agent: agent };
    expect(asTyped('Build it again: nx run @shop/api:publish --skip-nx-cache', env)).toBe(
      `Build it again: ${nx} run @shop/api:publish --skip-nx-cache`,
    );
    expect(asTyped('Add one with `nx g nx-oci:registry`.', env)).toBe(`Add one with \`${nx} g nx-oci:registry\`.`);
    expect(asTyped('Stop it with `nx reset`.', env)).toBe(`Stop it with \`${nx} reset\`.`);
    expect(asTyped('Start it: npx oci-registry --port 5080', env)).toBe(
      `Start it: ${nx.replace(/nx$/, '') || 'npx '}oci-registry --port 5080`,
    );
    expect(asTyped('nx run a:b, or\nnx run c:d', env)).toBe(`${nx} run a:b, or\n${nx} run c:d`);
  });

  it.each(['npx nx run api:image', 'pnpm exec nx g nx-oci:ci', 'yarn nx reset', 'nx release gave api no version', 'onyx run a:b'])(
    'is unchanged in %j',
    (text) => expect(asTyped(text, { npm_config_user_agent: 'npm/10' })).toBe(text),
  );

  it('can be typed as shown in every error and hint', () => {
    const error = new OciError('DENIED', 'Cannot push.', { hint: 'Build it: nx run api:image' });
    const env = { npm_config_user_agent: 'yarn/1.22.22' };
    expect(describeError(error, env)).toBe('Cannot push.\n  → Build it: yarn nx run api:image');
    expect(describeFailure(error, 'api:doctor', env)).toMatch(/yarn nx run api:doctor$/);
  });
});
