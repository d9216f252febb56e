import {
  copyOptionsSchema,
  pruneOptionsSchema,
  publishOptionsSchema,
  serveImageOptionsSchema,
  TAG_RULE_REFERENCE,
  tagRuleDefinitions,
  testOptionsSchema,
  writtenOptionsSchema,
} from '@nx-oci/publish';
import { type z } from 'zod';

import { dependenciesOptionsSchema } from '../executors/dependencies/normalize-options';
import { doctorOptionsSchema } from '../executors/doctor/normalize-options';
import { pinOptionsSchema } from '../executors/pin/normalize-options';
import { planOptionsSchema } from '../executors/plan/normalize-options';
import { rebaseOptionsSchema } from '../executors/rebase/normalize-options';
import { serveOptionsSchema } from '../executors/serve/normalize-options';
import { releaseOptionsSchema } from '../release/release-options';
import { CHECKED_BY_NX_OCI, optionProperties, type OptionSchema } from './options-json-schema';

/** What an executor is, for the user. */
interface DescribedExecutor {
  readonly description: string;
  readonly options: z.ZodObject;
  /** Options that are shown first. */
  readonly important: readonly string[];
  /** Commands as they are typed, for a project `api`. */
  readonly examples: readonly { readonly command: string; readonly description: string }[];
}

const EXECUTORS: Readonly<Record<string, DescribedExecutor>> = {
  build: {
    description: 'Builds the image of a project into dist/images/<project>. Paths are relative to the workspace root.',
    options: writtenOptionsSchema,
    important: ['engine', 'base', 'layers', 'cmd', 'dockerfile', 'context'],
    examples: [
      { command: 'nx run api:image', description: 'Build the image as its options say' },
      { command: 'nx run api:image --engine=podman --platform=linux/arm64', description: 'Build the Dockerfile with podman, for arm64' },
      { command: 'nx run api:image --buildArgs.NODE_VERSION=22', description: 'Set an ARG of the Dockerfile' },
    ],
  },
  dependencies: {
    description:
      'Installs the production dependencies of a project for the platform of its image, from the pruned package.json and lock file that its build makes, into dist/image-dependencies/<project>.',
    options: dependenciesOptionsSchema,
    important: ['from', 'platform', 'libc'],
    examples: [
      { command: 'nx run api:image-dependencies', description: 'Install what the image of api needs' },
      { command: 'nx run api:image-dependencies --libc=musl', description: 'For a base image of Alpine Linux' },
    ],
  },
  test: {
    description:
      "Tests a project's image before it is published. Without any tool: that the program is there for its user and its platform, with its loader, its shared libraries and the modules that Node loads. Where Docker or podman is: that it starts, answers, and ends at its stop signal.",
    options: testOptionsSchema,
    important: ['run', 'http', 'command', 'files'],
    examples: [
      { command: 'nx run api:image-test', description: 'Test the image as its options say' },
      { command: 'nx run api:image-test --run=required', description: 'Fail where nothing can start it' },
      { command: 'nx run api:image-test --http.port=8080 --http.path=/health', description: 'Ask it, too' },
    ],
  },
  run: {
    description:
      "Runs a project's image on this machine: the very image in dist/images, loaded into Docker or podman, and gone with the task. Set `continuous` on the target.",
    options: serveImageOptionsSchema,
    important: ['ports', 'env', 'http'],
    examples: [
      { command: 'nx run api:serve-image', description: 'Run it, with the ports that it names' },
      { command: 'nx run api:serve-image --ports=3000:8080', description: 'Reach its port 8080 as 3000' },
    ],
  },
  publish: {
    description: "Pushes a project's image to its registries, verifies what arrived, then sets its tags.",
    options: publishOptionsSchema,
    important: ['registries', 'tags', 'release', 'dryRun'],
    examples: [
      { command: 'nx run api:publish --dryRun', description: 'Show every tag that would be set, and why' },
      { command: 'nx run api:publish --registries=ghcr', description: 'Publish to one registry of registries.yaml' },
      { command: 'nx run api:publish --release=1.2.3', description: 'Publish a release' },
    ],
  },
  'release-publish': {
    description:
      "Publishes a project's image with the version that nx release gave it. Its options win over those of the publish target, which hold here, too.",
    options: releaseOptionsSchema,
    important: ['publishTarget', 'registries', 'tags', 'release', 'dryRun'],
    examples: [
      { command: 'nx release --dry-run', description: 'Show versions, changelogs and tags of a release' },
      { command: 'nx release publish', description: 'Publish every project that has a new version' },
    ],
  },
  copy: {
    description:
      'Copies images, charts and other artefacts from registry to registry, or re-tags them within one: without disk or daemon, the same digest at both ends.',
    options: copyOptionsSchema,
    important: ['from', 'to', 'tags', 'dryRun'],
    examples: [
      { command: 'nx run tools:mirror --dryRun', description: 'Show what would be copied' },
      {
        command: 'nx run tools:mirror --from=docker.io/library/postgres:15 --to=corp',
        description: 'Copy one image to a registry of registries.yaml',
      },
    ],
  },
  plan: {
    description:
      'Lists the images of the workspace that need publishing, and why: what their registries have is compared with this commit. Builds nothing, and writes nothing but its report.',
    options: planOptionsSchema,
    important: ['format'],
    examples: [
      { command: 'nx run images:plan', description: 'Show the plan as a table' },
      { command: 'nx run images:plan --format=matrix', description: 'Print a matrix for GitHub Actions' },
    ],
  },
  pin: {
    description:
      'Writes what was published, as tag and digest, wherever an image of this workspace stands in compose files, Kubernetes objects, kustomizations and Helm values. Every other byte stays.',
    options: pinOptionsSchema,
    important: ['files', 'check', 'dryRun'],
    examples: [
      { command: 'nx run deploy:pin --dryRun', description: 'Show the difference to the files' },
      { command: 'nx run deploy:pin', description: 'Write the published digests' },
      { command: 'nx run deploy:pin --check', description: 'Fail if a file is behind what is published' },
    ],
  },
  prune: {
    description:
      'Removes the local images that this workspace made, from Docker, podman and buildah, from dist/images and from its cache of layers. Never those of other workspaces, base images, or images that a container uses.',
    options: pruneOptionsSchema,
    important: ['olderThan', 'keepLast', 'dryRun'],
    examples: [
      { command: 'nx run images:prune --dryRun', description: 'Show what would be removed, and why the rest stays' },
      { command: 'nx run images:prune --olderThan=7d --keepLast=3', description: 'Remove old images, but the last three of each project' },
    ],
  },
  rebase: {
    description:
      'Puts the published images of the workspace that are made from files on the newest version of their bases: the same layers on a new base, without a build. Only floating tags move.',
    options: rebaseOptionsSchema,
    important: ['dryRun'],
    examples: [
      { command: 'nx run images:rebase --dryRun', description: 'Show which images have a base that moved' },
      { command: 'nx run images:rebase', description: 'Put them on it' },
    ],
  },
  doctor: {
    description:
      'Tests each step of a publish and stores nothing: reach the registries, log in, pull, push. Reports what is wrong and how to fix it.',
    options: doctorOptionsSchema,
    important: ['registries'],
    examples: [
      { command: 'nx run api:doctor', description: 'Test everything that a publish of api needs' },
      { command: 'nx run api:doctor --registries=ghcr --push=false', description: 'Test one registry, without opening an upload' },
    ],
  },
  serve: {
    description:
      'Runs a registry on this machine, kept in a folder of the workspace. Set `continuous` on the target; NX_OCI_SERVE_USER=name:password demands a login.',
    options: serveOptionsSchema,
    important: ['port'],
    examples: [{ command: 'nx run registry:serve --port=5081', description: 'Run it on another port' }],
  },
};

/** The schema.json of each executor, by its path below the package: for `--help`, Nx Console and editors of project.json. */
export function executorJsonSchemas(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const files = Object.entries(EXECUTORS).map(([name, executor]) => [
    `src/executors/${name}/schema.json`,
    executorJsonSchema(name, executor),
  ]);
  return Object.fromEntries(files) as Record<string, Record<string, unknown>>;
}

function executorJsonSchema(name: string, { description, options, important, examples }: DescribedExecutor) {
  const properties = describeTagRules(optionProperties(options, important), options);
  return {
    $schema: 'https://json-schema.org/schema',
    version: 2,
    title: `nx-oci:${name}`,
    description,
    examples,
    type: 'object',
    properties,
    // Not `additionalProperties`, which Nx checks itself: it would report one name, and none that was meant.
    propertyNames: { enum: Object.keys(properties) },
    definitions: { checkedByNxOci: CHECKED_BY_NX_OCI, ...(hasTagRules(options) ? tagRuleDefinitions() : {}) },
  };
}

/** Those of a copy are texts alone. */
const hasTagRules = (options: z.ZodObject) => options.shape['tags'] === publishOptionsSchema.shape.tags;

function describeTagRules(
  properties: Readonly<Record<string, OptionSchema>>,
  options: z.ZodObject,
): Readonly<Record<string, OptionSchema>> {
  if (!hasTagRules(options)) return properties;
  return { ...properties, tags: { ...properties['tags'], type: ['array', 'string', 'object'], items: TAG_RULE_REFERENCE } };
}
