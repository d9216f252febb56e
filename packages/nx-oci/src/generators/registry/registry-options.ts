import { writtenFlag, writtenText, writtenTexts } from '@nx-oci/publish';
import { z } from 'zod';

import { KIND_NAMES, REGISTRY_KINDS } from './kinds/kinds';

/** The options of `nx g nx-oci:registry`. */
export const registryOptionsSchema = z.object({
  // Unknown and missing ones are refused later, where the message can name alternatives.
  kind: writtenText.optional().meta({
    enum: [...KIND_NAMES],
    description: 'The kind of registry; use self-hosted with --host for any other registry.',
    'x-prompt': {
      message: 'Which registry do you publish to?',
      type: 'list',
      items: REGISTRY_KINDS.map(({ name, title }) => ({ value: name, label: title })),
    },
  }),
  name: writtenText.optional().meta({
    description: 'Name of the entry, as `--registries` takes it. By default the kind, or a part of the host for self-hosted.',
    examples: ['corp'],
  }),
  // Asked for by the generator, which knows what the kind needs and what git tells.
  host: writtenText.optional().meta({
    description:
      'Host and port without a scheme: registry.corp.lan:5000. Known for ghcr, dockerhub, gitlab and quay; for gar the location, for acr and artifactory the name is enough.',
    examples: ['registry.corp.lan:5000'],
  }),
  namespace: writtenText.optional().meta({
    description:
      'Path between host and image: owner, organisation, project or repository. Known from git or the CI job for ghcr, dockerhub and gitlab.',
    examples: ['acme'],
  }),
  plainHttp: writtenFlag.optional().describe('Speak HTTP without TLS. Not needed for localhost.'),
  ca: writtenText.optional().meta({
    description: 'PEM file of the authority that signed its certificate, relative to the workspace root.',
    examples: ['certificates/ca.pem'],
  }),
  trustedHosts: writtenTexts.meta({
    description: 'Other hosts that may receive the login, such as a token service of another name.',
    examples: ['auth.corp.lan'],
  }),
  default: writtenFlag
    .optional()
    .describe('Publish to it by default (`publish.registries`). By default yes for the first registry and no for further ones.'),
  check: writtenFlag.optional().meta({
    description: 'Run the doctor for the new entry at once: log in, pull, open and cancel an upload. The entry stays even if that fails.',
    default: false,
  }),
  force: writtenFlag.optional().meta({ description: 'Overwrite an existing entry with this name that differs.', default: false }),
});

export type RegistryOptions = Readonly<z.output<typeof registryOptionsSchema>>;
