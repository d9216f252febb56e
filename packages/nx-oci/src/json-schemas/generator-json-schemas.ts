import { type z } from 'zod';

import { ciOptionsSchema } from '../generators/ci/pipeline/normalize-options';
import { imageOptionsSchema } from '../generators/image/options/image-options';
import { initOptionsSchema } from '../generators/init/generator';
import { migrateOptionsSchema } from '../generators/migrate/generator';
import { registryOptionsSchema } from '../generators/registry/registry-options';
import { CHECKED_BY_NX_OCI, optionProperties } from './options-json-schema';

/** What a generator is, for the user. */
interface DescribedGenerator {
  readonly description: string;
  readonly options: z.ZodObject;
  readonly required?: readonly string[];
  /** Commands as they are typed. */
  readonly examples: readonly { readonly command: string; readonly description: string }[];
}

const GENERATORS: Readonly<Record<string, DescribedGenerator>> = {
  init: {
    description: 'Prepares a workspace: the plugin in nx.json, a starter registries.yaml.',
    options: initOptionsSchema,
    examples: [{ command: 'nx add nx-oci', description: 'Install nx-oci and prepare the workspace' }],
  },
  registry: {
    description: 'Adds a registry to registries.yaml and says how to get its credential.',
    options: registryOptionsSchema,
    examples: [
      { command: 'nx g nx-oci:registry --kind=ghcr', description: 'Publish to GitHub Container Registry' },
      {
        command: 'nx g nx-oci:registry --kind=gar --host=europe-west1 --namespace=my-project/images --check',
        description: 'Publish to Google Artifact Registry, and try that at once',
      },
      {
        command: 'nx g nx-oci:registry --kind=self-hosted --name=corp --host=registry.corp.lan:5000',
        description: 'Publish to a registry of your own',
      },
    ],
  },
  image: {
    description: 'Gives a project the targets that build and publish its image.',
    options: imageOptionsSchema,
    required: ['project'],
    examples: [
      { command: 'nx g nx-oci:image api', description: 'From its Dockerfile, else from what its build writes' },
      { command: 'nx g nx-oci:image api --base=scratch --cmd=/app/api', description: 'From files, with nothing else in it' },
    ],
  },
  ci: {
    description: 'Writes the CI pipeline that publishes what changed, and says which secrets and variables it needs.',
    options: ciOptionsSchema,
    examples: [
      { command: 'nx g nx-oci:ci github', description: 'Write a GitHub Actions workflow' },
      { command: 'nx g nx-oci:ci github --nightly', description: 'Write one that renews images whose base moved' },
    ],
  },
  migrate: {
    description: 'Takes over the images that a workspace publishes with docker/build-push-action, nx-container or @nx/docker.',
    options: migrateOptionsSchema,
    examples: [
      { command: 'nx g nx-oci:migrate', description: 'Write registries.yaml and the targets of all images' },
      { command: 'nx g nx-oci:migrate --project=api --dry-run', description: 'Show what it would write for one project' },
    ],
  },
};

/** The schema.json of each generator, by its path below the package: for `--help`, prompts and Nx Console. */
export function generatorJsonSchemas(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const files = Object.entries(GENERATORS).map(([name, { description, options, required = [], examples }]) => {
    const schema = {
      $schema: 'https://json-schema.org/schema',
      $id: `NxOci${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      title: `nx-oci:${name}`,
      description,
      examples,
      type: 'object',
      properties: optionProperties(options),
      required,
      // Generators run in the process of Nx, which reports a name that does not exist well enough, and before it asks anything.
      additionalProperties: false,
      definitions: { checkedByNxOci: CHECKED_BY_NX_OCI },
    };
    return [`src/generators/${name}/schema.json`, schema];
  });
  return Object.fromEntries(files) as Record<string, Record<string, unknown>>;
}
