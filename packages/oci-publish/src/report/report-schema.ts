import { z } from 'zod';

const digest = z.templateLiteral([z.enum(['sha256', 'sha384', 'sha512']), ':', z.string().regex(/[a-f0-9]+/)]);

const outcome = z
  .enum(['published', 'upToDate', 'held', 'staged', 'failed'])
  .describe(
    'published: a tag was set. upToDate: every tag was already set. held: nothing was set, because every tag that differs is held. ' +
      'staged: the content was uploaded, but its tags did not move. failed: see reason.',
  );

const amount = z.object({
  count: z.int().min(0).describe('Blobs and manifests.'),
  bytes: z.int().min(0).describe('Their sizes together, as their descriptors say.'),
});

const tag = z.object({
  tag: z.string().describe('The tag: v1.2.3, latest.'),
  rule: z.string().describe('The rule or literal that asked for it.'),
  isFloating: z.boolean().describe('Whether it moves with later images; other tags never move.'),
  action: z
    .enum(['create', 'upToDate', 'move', 'held', 'refused'])
    .describe('What was planned. The outcome of the registry says whether it was done.'),
  from: digest.optional().describe('What it pointed at before.'),
  to: digest.optional().describe('What it points at from now on; absent where it is held or refused.'),
  reason: z.string().optional().describe('Why it is held or refused, or a doubt about moving it.'),
});

const registry = z.object({
  registry: z.string().describe('Name in registries.yaml.'),
  host: z.string().describe('Host and port: ghcr.io. Kept apart from the repository, since CI systems hide hosts that are secrets.'),
  repository: z.string().describe('Repository below the host: acme/api.'),
  outcome,
  reason: z.string().optional().describe('Why it failed or is only staged.'),
  tags: z.array(tag).readonly().describe('What became of each tag in this registry.'),
  sent: amount.optional().describe('What was uploaded. Absent, like the next two, if an engine pushed: it does not report this.'),
  mounted: amount.optional().describe('What the registry mounted from another of its repositories.'),
  present: amount.optional().describe('What was already present.'),
  contentUnchanged: z
    .literal(true)
    .optional()
    .describe('The image that a tag pointed at before has the same layers and configuration: all that is new is the stamp of the commit.'),
  notice: z.string().optional().describe('What to do by hand, once: the first version of a package at ghcr.io is private.'),
});

const milliseconds = z.number().min(0).optional();

const timings = z
  .object({
    prepare: milliseconds.describe('Reading what was built, and the version.'),
    plan: milliseconds.describe('Reading the registries.'),
    stage: milliseconds.describe('Sending content.'),
    tag: milliseconds.describe('Setting the tags of the whole run.'),
  })
  .describe('Milliseconds of each phase, for all images that were published together.');

const growth = z
  .object({
    tag: z.string().describe('The first floating tag that existed.'),
    from: digest.describe('What it pointed at before.'),
    bytes: z.int().describe('By how much the image is larger than that one for the same platform; negative where it is smaller.'),
    layers: z
      .array(
        z.object({
          digest: digest.describe('Of the layer, compressed.'),
          bytes: z.int().min(0).describe('Compressed.'),
          change: z.enum(['same', 'new', 'gone']).describe('gone: only the image before had it.'),
        }),
      )
      .readonly()
      .describe('Layers of both images.'),
  })
  .describe('The size against the image before.');

const published = z
  .object({
    schemaVersion: z.literal(1),
    project: z.string().describe('Name of the Nx project.'),
    outcome,
    reason: z.string().optional().describe('Why it failed or is only staged.'),
    digest: digest.optional().describe('Of the manifest, the same in every registry; absent if only an engine knows it and was not asked.'),
    platforms: z
      .array(z.string())
      .readonly()
      .describe('linux/amd64, linux/arm64 …; with more than one, the digest is that of an index over one image per platform.'),
    sizeBytes: z.int().min(0).optional().describe('Manifests, configs and compressed layers together, of all platforms, each once.'),
    growth: growth.optional(),
    noGrowth: z
      .enum(['new', 'unknown'])
      .optional()
      .describe(
        'Why growth is absent. new: none of its floating tags existed. unknown: the registry did not tell the size of the image there ' +
          'without another request. Absent, too, for an image without floating tags, or of unknown size.',
      ),
    revision: z.string().optional().describe('Full id of the commit.'),
    version: z.string().optional().describe('Exact version, for a release.'),
    adoptedFrom: z.string().optional().describe('The registry that already had this build, whose bytes were used.'),
    registries: z.array(registry).readonly().describe('Registries in which it gets a tag.'),
    skippedRules: z
      .array(
        z.object({
          rule: z.string().describe('The rule, as it is written.'),
          reason: z.string().describe('Why it gave no tag.'),
          registry: z.string().optional().describe('Name in registries.yaml, if the rule is from that registry.'),
        }),
      )
      .readonly()
      .describe('Tag rules that gave no tag.'),
    versionDoubt: z.string().optional().describe('Why major and minor may follow the wrong version.'),
    startedAt: z.iso.datetime().describe('When the publish began, in UTC.'),
    durationMs: z.number().min(0).describe('From there to its end.'),
    timings: timings.optional(),
  })
  .describe('An image whose content was sent.');

const failed = z
  .object({
    schemaVersion: z.literal(1),
    project: z.string().describe('Name of the Nx project.'),
    outcome: z.enum(['failed', 'skipped']).describe('skipped: not published here, or no rule gives it a tag; not a failure.'),
    reason: z.string().describe('What happened, and what to do now.'),
  })
  .describe('An image whose publish stopped before anything was sent, or was skipped.');

/** `dist/images/<project>/report.json`. */
export const imageReportSchema = z.union([published, failed]).describe('What a run of nx-oci:publish did with the image of one project.');

/** `dist/images/run-report.json`. */
export const runReportSchema = z
  .object({
    schemaVersion: z.literal(1),
    outcome: z
      .enum(['published', 'upToDate', 'held', 'skipped', 'failed'])
      .describe(
        'failed: at least one image failed or was left staged. published: none failed, and a tag was set. skipped: no image was to be published.',
      ),
    startedAt: z.iso.datetime().optional().describe('When the first publish began, in UTC; absent where none began.'),
    durationMs: z.number().min(0).optional().describe('From there to the end of the last one.'),
    images: z.array(imageReportSchema).readonly().describe('Every image of the run, ordered by project.'),
  })
  .describe('What a run of Nx published, over all its processes.');

/** The outcome of an image, or of an image in one registry. */
export type Outcome = z.output<typeof outcome>;
export type TagReport = Readonly<z.output<typeof tag>>;
export type RegistryReport = Readonly<z.output<typeof registry>>;
/** Milliseconds by phase. */
export type Timings = Readonly<z.output<typeof timings>>;
/** The result of one project's image. Contains no secret. */
export type ImageReport = Readonly<z.output<typeof published>>;
/** The result of an image whose publish stopped early. */
export type FailureReport = Readonly<z.output<typeof failed>>;
/** The result of a run. Contains no secret. */
export type RunReport = Readonly<z.output<typeof runReportSchema>>;
