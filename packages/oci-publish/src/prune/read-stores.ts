import { isOciError } from '@nx-oci/model';

import { type ToolContext } from '../engines/dockerfile/dockerfile-tool';
import { DOCKERFILE_TOOLS } from '../engines/from-dockerfile/dockerfile-tools';
import { type RecordedImage } from '../engines/image/made-images';
import { type DockerfileEngine } from '../engines/options/engine-names';
import { describeError } from '../text/describe-error';
import { type EngineStore } from './local-item';

/** An engine that could not be asked: what it has is unknown. */
export interface EngineFailure {
  readonly engine: DockerfileEngine;
  readonly text: string;
}

export interface ReadStores {
  readonly stores: readonly EngineStore[];
  readonly failures: readonly EngineFailure[];
  /** Engines that this machine does not have, so that they have no images here. */
  readonly missing: readonly DockerfileEngine[];
}

/** Asks engines for their images, and finds those that this workspace made. */
export async function readStores(
  engines: readonly DockerfileEngine[],
  records: readonly RecordedImage[],
  context: ToolContext,
): Promise<ReadStores> {
  const results = await Promise.all(engines.map((engine) => readStore(engine, records, context)));
  return {
    stores: results.flatMap((result) => (typeof result === 'object' && 'images' in result ? [result] : [])),
    failures: results.flatMap((result) => (typeof result === 'object' && 'text' in result ? [result] : [])),
    missing: results.flatMap((result) => (typeof result === 'string' ? [result] : [])),
  };
}

async function readStore(
  engine: DockerfileEngine,
  records: readonly RecordedImage[],
  context: ToolContext,
): Promise<EngineStore | EngineFailure | DockerfileEngine> {
  try {
    const images = await DOCKERFILE_TOOLS[engine](context).listImages();
    const own = records
      .filter((record) => record.engine === engine)
      .flatMap((record) => {
        const { imageId, name } = record;
        const stored = images.find(({ id, names }) => (imageId === undefined ? names.includes(name) : id === imageId));
        return stored === undefined ? [] : [{ ...record, stored }];
      });
    return { engine, images, own };
  } catch (error) {
    if (!isOciError(error) || context.signal?.aborted === true) throw error;
    return error.code === 'ENGINE_MISSING' ? engine : { engine, text: describeError(error) };
  }
}
