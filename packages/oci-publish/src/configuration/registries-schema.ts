import { z } from 'zod';

const failureMode = z
  .enum(['abort', 'continue'])
  .describe('abort (default): a failure stops the run before any tag moves. continue: what failed is left out, the rest is published.');

const auth = z
  .strictObject({
    username: z.string().optional().describe('User name, or a variable: ${GITHUB_ACTOR}.'),
    password: z
      .string()
      .optional()
      .describe('A variable that holds the password or access token: ${GITHUB_TOKEN}. Never the secret itself.'),
    token: z.string().optional().describe('Instead of username and password: a variable that holds a bearer token.'),
  })
  .describe('How to log in. Without it, or where its variables are unset, Docker and Podman logins of this machine are used.');

const tls = z
  .strictObject({
    ca: z
      .string()
      .optional()
      .describe(
        'PEM of the authority that signed the certificate: a file, relative to the workspace root, or a variable that holds the PEM.',
      ),
    cert: z.string().optional().describe('PEM of a client certificate: a file, or a variable that holds it; needs `key`.'),
    key: z.string().optional().describe('PEM of the key of `cert`: a file, or a variable that holds it.'),
    verify: z.boolean().optional().describe('false accepts any certificate.'),
  })
  .describe('Certificates for a registry with a private certificate authority.');

/** An entry of `tags`. What it means, and what is wrong with it, is the business of `src/tags`; editors get its schema from there. */
export const tagRuleSchema = z.union([z.string().min(1), z.looseObject({})]);

const registry = z
  .strictObject({
    host: z.string().describe('Host and port, without a scheme: ghcr.io, localhost:5080.'),
    namespace: z.string().optional().describe('Path between host and image: the owner, organisation or project. Lower-cased.'),
    auth: auth.optional(),
    plainHttp: z.boolean().optional().describe('Speak HTTP without TLS. The default for localhost and loopback addresses only.'),
    tls: tls.optional(),
    trustedHosts: z
      .array(z.string())
      .optional()
      .describe('Other hosts of this registry, such as its token service, that may receive its credentials.'),
    guard: z
      .boolean()
      .optional()
      .describe(
        'true (default): floating tags move only from the default branch or for a release. false: from any branch and working tree.',
      ),
    tags: z.array(tagRuleSchema).optional().describe('Tags of images in this registry, instead of those set by projects and `publish`.'),
    onFailure: failureMode.optional(),
  })
  .describe('One registry. ${NAME} and ${NAME:-default} are replaced by environment variables.');

const publish = z.strictObject({
  registries: z.array(z.string()).optional().describe('Names of the registries that images are published to.'),
  tags: z.array(tagRuleSchema).optional().describe('Tags that every image gets.'),
  env: z
    .array(z.string().regex(/^[A-Za-z_]\w*$/))
    .optional()
    .describe('Variables that tags may contain, as {env.NAME} or ${NAME}. Tags are public.'),
  prefix: z.string().optional().describe('Prefix of version tags; v by default.'),
  exactVersion: z
    .boolean()
    .optional()
    .describe('Whether a release gets the tag of its exact version (v1.2.3), whatever `tags` says; true by default.'),
  onFailure: failureMode.optional(),
  maxSize: z
    .union([z.string(), z.int()])
    .optional()
    .describe('Largest size of an image, as registries keep it: 500MB. A larger one is not published.'),
  maxGrowth: z
    .union([z.string(), z.int()])
    .optional()
    .describe('By how much an image may be larger than the one that its first floating tag points at: 20MB or 10%.'),
  prune: z.boolean().optional().describe('Remove local images once every registry confirmed their digest.'),
  settleMs: z
    .int()
    .min(0)
    .max(60_000)
    .optional()
    .describe(
      'Milliseconds after which nx-oci checks a moved floating tag again, because a concurrent run may have moved it back; 2000 by default. Choose more than any write takes, and the same value in all branches.',
    ),
  unknownTarget: z
    .enum(['move', 'hold'])
    .optional()
    .describe('Whether a floating tag moves away from an image that does not record its commit: move (default, with a warning), or hold.'),
});

const mirror = z
  .strictObject({
    from: z.string().describe('The image to copy: docker.io/library/postgres:15.'),
    to: z.array(z.string()).min(1).describe('Names of the registries that it is copied to.'),
    tags: z.array(z.string()).optional().describe('Further tags of the same repository to copy.'),
    platforms: z.array(z.string()).optional().describe('Platforms to copy, like linux/amd64; all by default.'),
  })
  .describe('An image that is copied from another registry.');

/** What registries.yaml may hold, shape by shape. What its texts mean is checked by `rules.ts`. */
export const registriesSchema = z
  .strictObject({
    registries: z.record(z.string(), registry).nullish().describe('Registries by name; the names are what --registries takes.'),
    publish: publish.nullish().describe('Defaults of every publish target; project options and the command line override them.'),
    mirrors: z.array(mirror).nullish().describe('Images that are copied from other registries.'),
  })
  .describe('Registries that nx-oci publishes to.');

/** registries.yaml as it was written, once its shape is known to be right. */
export type RawRegistries = z.infer<typeof registriesSchema>;

/** One entry under `registries`, variables not yet replaced. */
export type RawRegistry = z.infer<typeof registry>;
