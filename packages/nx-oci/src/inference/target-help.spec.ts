import { matchSchema, publishOptionsSchema, writtenOptionsSchema } from '@nx-oci/publish';

import { BUILD_EXECUTOR, DOCTOR_EXECUTOR, PUBLISH_EXECUTOR, RELEASE_EXECUTOR } from '../nx/executor-names';
import { withHelp } from './target-help';

const executors = { image: BUILD_EXECUTOR, publish: PUBLISH_EXECUTOR, 'nx-release-publish': RELEASE_EXECUTOR, doctor: DOCTOR_EXECUTOR };
const targets = Object.fromEntries(Object.entries(executors).map(([name, executor]) => [name, { executor }]));

it('gives each target the command that prints its options, as this workspace runs Nx', () => {
  const described = withHelp(targets, { name: '@shop/api', exec: 'pnpm exec' });
  expect(Object.values(described).map(({ metadata }) => metadata?.help?.command)).toEqual(
    Object.keys(executors).map((name) => `pnpm exec nx run @shop/api:${name} --help`),
  );
});

it('shows examples that work as shown', () => {
  const { image, publish } = withHelp(targets, { name: 'api', exec: 'npx' });
  expect(matchSchema(writtenOptionsSchema, image?.metadata?.help?.example.options).error).toBeUndefined();
  expect(matchSchema(publishOptionsSchema, publish?.metadata?.help?.example.options).error).toBeUndefined();
  expect(publish?.metadata?.help?.example.args).toEqual(['--dryRun']);
});

it('keeps the existing help of a target, and other targets', () => {
  const metadata = { technologies: ['oci'], description: 'Builds it.' };
  const { image, build } = withHelp(
    { image: { executor: BUILD_EXECUTOR, metadata }, build: { command: 'tsc' } },
    { name: 'api', exec: 'npx' },
  );
  expect(image?.metadata).toMatchObject(metadata);
  expect(build).toEqual({ command: 'tsc' });
});

it('gives no command for a name with shell syntax', () => {
  const { image } = withHelp(targets, { name: 'api; reboot', exec: 'npx' });
  expect(image?.metadata?.help).toBeUndefined();
});
