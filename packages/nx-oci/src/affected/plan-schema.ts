import { z } from 'zod';

const names = z.array(z.string()).readonly();

const reason = z
  .discriminatedUnion('kind', [
    z
      .object({ kind: z.literal('missing'), registries: names.describe('Names in registries.yaml.') })
      .describe('These registries (names in registries.yaml) have none of its tags.'),
    z
      .object({ kind: z.literal('tags'), tags: names.describe('The missing tags.') })
      .describe('Tags of this commit are missing, such as those of a release.'),
    z
      .object({ kind: z.literal('files'), files: names.describe('Paths from the workspace root.') })
      .describe('Files of the project changed.'),
    z
      .object({ kind: z.literal('dependency'), projects: names.describe('Names of Nx projects.') })
      .describe('Projects that it depends on changed.'),
    z
      .object({ kind: z.literal('workspace'), files: names.describe('Paths from the workspace root.') })
      .describe('Files of the workspace changed that it depends on: nx.json, the lock file, those that `inputs` name.'),
    z
      .object({
        kind: z.literal('base'),
        reference: z.string().describe('Full name of that image.'),
        from: z.string().describe('Its digest at the time of the build.'),
        to: z.string().describe('Its digest now.'),
      })
      .describe('An image that it is made of has a new digest since the build: its base, or one that a stage of its Dockerfile uses.'),
    z
      .object({ kind: z.literal('unknown'), why: z.string().describe('Why they cannot be compared.') })
      .describe('The published image cannot be compared with this commit, so it counts as changed.'),
  ])
  .describe('Why the image needs publishing.');

const uncheckedBase = z.object({
  reference: z.string().describe('Full name of the base, or `?` if only the builder of the image knew it.'),
  why: z.string().describe('Why it is unknown whether it has moved.'),
});

const published = z.object({
  registry: z.string().describe('Name in registries.yaml.'),
  place: z.string().describe('host/repository'),
  tag: z.string().optional().describe('The tag whose image is compared with this commit; absent if the registry has none.'),
  revision: z.string().optional().describe('Full commit id of that image, if the image records it.'),
  sizeBytes: z
    .int()
    .min(0)
    .optional()
    .describe('Size of that image: manifest, config and compressed layers; of several platforms, each once; absent if it is not known.'),
  growthBytes: z
    .int()
    .optional()
    .describe('By how much the image that would be published is larger; negative where it is smaller; absent if either size is not known.'),
});

const image = z.object({
  project: z.string().describe('Name of the Nx project.'),
  target: z.string().describe('Name of its publish target.'),
  outcome: z
    .enum(['publish', 'upToDate', 'skipped', 'failed'])
    .describe(
      'skipped: no rule gives it a tag here, or nothing is published yet whose base could have moved. failed: a registry could not be read, or its target is invalid.',
    ),
  reasons: z.array(reason).readonly().describe('Why it needs publishing; empty where it does not.'),
  text: z.string().optional().describe('Why it was skipped or failed.'),
  notice: z.string().optional().describe('A git tag that looks like a newer version but is not a release, and why.'),
  sizeBytes: z
    .int()
    .min(0)
    .optional()
    .describe('Size of the image that would be published; absent unless it is built already, from the sources as they are.'),
  uncheckedBases: z
    .array(uncheckedBase)
    .readonly()
    .optional()
    .describe('Images that it is made of, of which it is unknown whether they have moved: their registry did not answer, for example.'),
  published: z.array(published).readonly().describe('What its registries have now.'),
});

/** `dist/images/plan.json`. */
export const planSchema = z
  .object({
    schemaVersion: z.literal(1),
    onlyMovedBases: z.literal(true).optional().describe('Whether the plan only considers base images that moved.'),
    commit: z.string().describe('Full id of the checked-out commit.'),
    hasImages: z.boolean().describe('Whether any image needs publishing.'),
    projects: z.string().describe('Projects to publish, in the form of `nx run-many --projects`: api,web. Empty if there are none.'),
    matrix: z
      .object({
        include: z
          .array(
            z.object({
              project: z.string().describe('Name of the Nx project.'),
              target: z.string().describe('Name of its publish target.'),
            }),
          )
          .readonly()
          .describe('One job for each image that needs publishing.'),
      })
      .describe('The same for `strategy.matrix` of GitHub Actions, which refuses an empty matrix: check `hasImages` first.'),
    images: z.array(image).readonly().describe('Every image of the workspace, ordered by project.'),
  })
  .describe('Which images of the workspace need publishing, and why.');

export type Reason = Readonly<z.output<typeof reason>>;
export type UncheckedBase = Readonly<z.output<typeof uncheckedBase>>;
/** What is known about an image in one registry. */
export type PublishedIn = Readonly<z.output<typeof published>>;
/** The plan of one image. */
export type ImageStatus = Readonly<z.output<typeof image>>;
/** The plan of all images. */
export type WorkspacePlan = Readonly<z.output<typeof planSchema>>;
