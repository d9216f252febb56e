import { isOciError, parseReference } from '@nx-oci/model';
import { z } from 'zod';

import { closedMap, refuse, refuseMap, refuseWritten, wholeNumber, type ValueProblem } from '../text/describe-issue';
import { checkTagRule, NO_RULES } from '../tags/rules/read-tag-rules';
import { type WrittenTagRule } from '../tags/rules/tag-rule-schema';
import { authSchema } from './auth';
import { checkFile } from './check-file';
import { checkHost, checkHostLogin } from './check-host';
import { checkNamespace } from './check-namespace';
import { tlsSchema } from './tls';
import { checkedText, fileText } from './values/file-text';
import { keysAt, textsUnder, valueAt } from './values/value-at';
import { checkVariables, hasVariables } from './values/variables';

const failureMode = z
  .enum(['abort', 'continue'])
  .describe('abort (default): a failure stops the run before any tag moves. continue: what failed is left out, the rest is published.');

/** An entry of `tags`. `src/tags` interprets and checks it, and has its schema for editors. */
export const tagRuleSchema = z
  .union([z.string(), z.looseObject({})], 'text, or a map with `rule`, `literal` or `template`')
  .check(refuse(checkWrittenRule)) as unknown as z.ZodType<WrittenTagRule>;

const tagRules = z.array(tagRuleSchema).check(refuse((rules) => (rules.length === 0 ? [NO_RULES] : [])));

/** A rule with variables can only be checked when they are replaced. */
function checkWrittenRule(rule: unknown): readonly ValueProblem[] {
  const texts = textsUnder(rule).filter(({ text }) => hasVariables(text));
  if (texts.length === 0) return checkTagRule(rule);
  return texts.flatMap(({ path, text }) => {
    const diagnostic = checkVariables(text);
    return diagnostic === undefined ? [] : [{ path, ...diagnostic }];
  });
}

/** An entry under `registries`, with its variables replaced or not. */
export const registrySchema = closedMap({
  host: checkedText('host', checkHost, checkHostLogin).meta({
    description: 'Host and port, without a scheme: ghcr.io, localhost:5080.',
    examples: ['ghcr.io', 'docker.io', 'localhost:5080', 'registry.example.com:5000'],
  }),
  namespace: checkedText('namespace', checkNamespace)
    .optional()
    .meta({
      description: 'Path between host and image: the owner, organisation or project. Lower-cased.',
      examples: ['acme', '${GITHUB_REPOSITORY_OWNER}'],
    }),
  auth: authSchema.optional(),
  plainHttp: z.boolean().optional().describe('Speak HTTP without TLS. The default for localhost and loopback addresses only.'),
  tls: tlsSchema.optional(),
  trustedHosts: z
    .array(checkedText('trustedHosts', checkHost, checkHostLogin))
    .optional()
    .meta({
      description: 'Other hosts of this registry, such as its token service, that may receive its credentials.',
      examples: [['auth.example.com']],
    }),
  guard: z
    .boolean()
    .optional()
    .describe('true (default): floating tags move only from the default branch or for a release. false: from any branch and working tree.'),
  tags: tagRules
    .optional()
    .meta({ description: 'Tags of images in this registry, instead of those set by projects and `publish`.', examples: [['sha', 'edge']] }),
  onFailure: failureMode.optional(),
})
  .check(refuseMap(requireHubNamespace), refuseMap(refuseTlsOverPlainHttp))
  .describe('One registry. ${NAME} and ${NAME:-default} are replaced by environment variables.');

function requireHubNamespace({ host, namespace }: Readonly<Record<string, unknown>>): readonly ValueProblem[] {
  if (host !== 'docker.io' || namespace !== undefined) return [];
  return [{ path: ['host'], missing: ['namespace'], what: '`namespace` is missing', fix: 'add your user or organisation on Docker Hub' }];
}

function refuseTlsOverPlainHttp(entry: object): readonly ValueProblem[] {
  if (keysAt(entry, ['tls']).length === 0 || valueAt(entry, ['plainHttp']) !== true) return [];
  return [{ path: ['tls'], isKey: true, what: '`tls` and `plainHttp: true` exclude each other', fix: 'keep one of the two' }];
}

const size = z.union([fileText, wholeNumber(0, Number.MAX_SAFE_INTEGER)], 'text or a whole number').optional();

/** The `publish` section. */
export const publishSchema = closedMap({
  registries: z
    .array(fileText)
    .optional()
    .meta({ description: 'Names of the registries that images are published to.', examples: [['ghcr']] }),
  tags: tagRules.optional().meta({ description: 'Tags that every image gets.', examples: [['sha', 'major', 'latest']] }),
  env: z
    .array(z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a variable → write the name alone: GITHUB_RUN_NUMBER'))
    .optional()
    .meta({
      description: 'Variables that tags may contain, as {env.NAME} or ${NAME}. Tags are public.',
      examples: [['GITHUB_RUN_NUMBER']],
    }),
  prefix: fileText.optional().meta({ description: 'Prefix of version tags; v by default.', examples: ['v'] }),
  exactVersion: z
    .boolean()
    .optional()
    .describe('Whether a release gets the tag of its exact version (v1.2.3), whatever `tags` says; true by default.'),
  onFailure: failureMode.optional(),
  maxSize: size.meta({
    description: 'Largest size of an image, as registries keep it: 500MB. A larger one is not published.',
    examples: ['500MB'],
  }),
  maxGrowth: size.meta({
    description: 'By how much an image may be larger than the one that its first floating tag points at: 20MB or 10%.',
    examples: ['20MB', '10%'],
  }),
  prune: z.boolean().optional().describe('Remove local images once every registry confirmed their digest.'),
  settleMs: wholeNumber(0, 60_000)
    .optional()
    .describe(
      'Milliseconds after which nx-oci checks a moved floating tag again, because a concurrent run may have moved it back; 2000 by default. Choose more than any write takes, and the same value in all branches.',
    ),
  unknownTarget: z
    .enum(['move', 'hold'])
    .optional()
    .describe('Whether a floating tag moves away from an image that does not record its commit: move (default, with a warning), or hold.'),
});

const mirrorSchema = closedMap({
  from: fileText
    .check(refuse(checkReference))
    .meta({ description: 'The image to copy: docker.io/library/postgres:15.', examples: ['docker.io/library/postgres:15'] }),
  to: z
    .array(fileText)
    .min(1, 'is empty → fill it, or remove it')
    .meta({ description: 'Names of the registries that it is copied to.', examples: [['corp']] }),
  tags: z
    .array(fileText)
    .optional()
    .meta({ description: 'Further tags of the same repository to copy.', examples: [['15.4', '14']] }),
  platforms: z
    .array(fileText.meta({ examples: ['linux/amd64', 'linux/arm64'] }))
    .optional()
    .meta({ description: 'Platforms to copy, like linux/amd64; all by default.', examples: [['linux/amd64', 'linux/arm64']] }),
}).describe('An image that is copied from another registry.');

function checkReference(text: string): readonly ValueProblem[] {
  if (hasVariables(text)) return [];
  try {
    parseReference(text);
    return [];
  } catch (error) {
    if (!isOciError(error)) throw error;
    return [{ what: error.message, fix: error.hint ?? 'write it like docker.io/library/postgres:15' }];
  }
}

/** The schema of registries.yaml, from which types, JSON Schema and messages are derived. */
export const registriesSchema = closedMap({
  registries: z.record(z.string(), registrySchema).nullish().describe('Registries by name; the names are what --registries takes.'),
  publish: publishSchema.nullish().describe('Defaults of every publish target; project options and the command line override them.'),
  mirrors: z.array(mirrorSchema).nullish().describe('Images that are copied from other registries.'),
})
  .check(refuseWritten(checkFile))
  .describe('Registries that nx-oci publishes to.');

/** A valid registries.yaml, as written. */
export type RawRegistries = z.infer<typeof registriesSchema>;

/** An entry under `registries`, before variables are replaced. */
export type RawRegistry = z.infer<typeof registrySchema>;

/** The `publish` section: defaults, which projects and the command line override. */
export type PublishDefaults = Readonly<z.infer<typeof publishSchema>>;

/** An image to copy from another registry. */
export type MirrorEntry = Readonly<z.infer<typeof mirrorSchema>>;

/**
 * The effect of a failure: of an image, on the other images of the run; of a registry, on the other
 * registries of the image. `abort`: none of their tags moves. `continue`: what failed is left out, the rest is published.
 */
export type FailureMode = z.infer<typeof failureMode>;
