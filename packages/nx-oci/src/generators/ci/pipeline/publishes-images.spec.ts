import { publishesImages } from './publishes-images';

it.each([
  'npx nx affected -t publish',
  'pnpm exec nx run-many --targets=build,publish --parallel 4',
  'yarn nx run api:publish --release=1.2.3',
  'npx nx affected \\\n  --target publish',
  'set -e\nif true; then\n  ./nx run-many -t "publish"\nfi',
  'npx nx release publish',
])('sees that %j publishes', (script) => {
  expect(publishesImages(script, ['publish'])).toBe(true);
});

it.each([
  'npm publish',
  'npx nx affected -t build',
  'npx nx affected -t publish-docs',
  '# npx nx affected -t publish',
  'npx nx affected -t my-publish',
])('sees that %j does not', (script) => {
  expect(publishesImages(script, ['publish'])).toBe(false);
});

it('knows targets by the names that they have', () => {
  expect(publishesImages('npx nx affected -t push.oci', ['publish', 'push.oci'])).toBe(true);
  expect(publishesImages('npx nx affected -t push-oci', ['push.oci'])).toBe(false);
});
