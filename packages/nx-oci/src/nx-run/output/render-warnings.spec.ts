import { renderWarnings } from './render-warnings';

it('prints each warning once, with commands that can be typed if npm started Nx', () => {
  const warning = 'api is published without its test → run nx run api:check first.';
  expect(renderWarnings([warning, warning, 'old'], { npm_config_user_agent: 'npm/10.8.2 node/v22' })).toBe(
    'Warning: api is published without its test → run npx nx run api:check first.\nWarning: old',
  );
});
