import { ANNOTATIONS, OciError } from '@nx-oci/model';
import { type CredentialSource } from '@nx-oci/distribution';

import { type DockerEngine } from '../../engines/docker/docker-engine';
import { type EngineLogin } from '../../engines/docker/log-in';
import { type EngineOutput, type ImageRecord } from '../../engines/image-record';
import { shortCommit } from '../../git/short-commit';
import { describeDestination, type Destination } from '../attempt/destination';
import { type BuiltImage } from './image-opener';
import { stagingTagOf, type PublishableImage, type StageResult } from './publishable-image';
import { readFacts } from './stamp-facts';

export interface OpenEngineImageOptions {
  readonly record: ImageRecord & { readonly output: EngineOutput };
  readonly engine: DockerEngine;
  readonly credentials: CredentialSource;
  readonly print: (line: string) => void;
}

/**
 * Opens an image that lies in an engine's store. The engine sends it, one immutable tag a registry; labels were given
 * at build, and are only looked at now.
 *
 * Stamping throws OciError `WRONG_IMAGE` when it is another project's or another commit's; `NOT_FOUND` when it is gone.
 */
export function openEngineImage(options: OpenEngineImageOptions): BuiltImage {
  return { contents: [], content: undefined, stamp: (labels) => inspectImage(options, labels[ANNOTATIONS.revision]) };
}

async function inspectImage(options: OpenEngineImageOptions, commit: string | undefined): Promise<PublishableImage> {
  const { record, engine } = options;
  const { project, output } = record;
  await engine.readFacts();
  const found = await engine.inspect(output.imageId);
  if (found === undefined) {
    throw new OciError(
      'NOT_FOUND',
      `Cannot publish ${project}: Docker Engine no longer has the image that was built (${output.imageId}).`,
      {
        hint: `Build it again: nx run ${project}:image. It was pruned since, or another engine is asked now (DOCKER_HOST, docker context).`,
      },
    );
  }
  const facts = readFacts(found.labels);
  if (facts.project !== project) throw wrongImage(project, `it is labelled ${facts.project ?? 'with no project'}`);
  if (facts.revision !== undefined && facts.revision !== commit)
    throw wrongImage(project, `it was built from commit ${shortCommit(facts.revision)}`);
  return {
    facts,
    digest: undefined,
    contents: [],
    platform: record.platform,
    sizeBytes: undefined,
    stagingTag: stagingTagOf(output.imageId),
    // The classic store's id is the digest of the config, the containerd store's that of the manifest.
    isPublishedAs: ({ digest, configDigest }) => configDigest === output.imageId || digest === output.imageId,
    stage: (destination, { tag }) => push(options, destination, tag),
  };
}

async function push(
  { record, engine, credentials, print }: OpenEngineImageOptions,
  destination: Destination,
  tag: string,
): Promise<StageResult> {
  const { registry, repository } = destination.repository;
  const login = await findLogin(credentials, destination);
  const pushed = await engine.push({ imageId: record.output.imageId, target: { registry, repository, tag }, print }, login);
  const manifest = await destination.repository.fetchManifest(pushed.digest);
  if (manifest !== undefined) return { manifest, taggedAs: tag };
  throw new OciError(
    'PUBLISH_INCOMPLETE',
    `Docker Engine pushed ${pushed.digest}, but ${describeDestination(destination)} does not have it.`,
    {
      hint: 'No floating tag was moved. Run the publish again.',
    },
  );
}

async function findLogin(credentials: CredentialSource, { repository }: Destination): Promise<EngineLogin | undefined> {
  const { credential } = await credentials.find(repository.registry, repository.repository);
  if (credential === undefined || credential.kind === 'basic') return credential;
  throw new OciError('CREDENTIALS_INVALID', `Docker Engine cannot log in to ${repository.registry} with an access token alone.`, {
    hint: 'Give a user name and password (or token as password) under `auth` in registries.yaml, or build with engine: native.',
  });
}

function wrongImage(project: string, why: string): OciError {
  return new OciError('WRONG_IMAGE', `Cannot publish ${project}: its image in Docker Engine is not the one to publish, for ${why}.`, {
    hint: `Build it again: nx run ${project}:publish --skip-nx-cache`,
  });
}
