import { type EngineOutput, type ImageRecord, type LayoutOutput } from '../../engines/image-record';
import { type DockerEngine } from '../../engines/docker/docker-engine';
import { type Connection } from '../../connection/open-connection';
import { openEngineImage } from './engine-image';
import { type ImageOpener } from './image-opener';
import { openLayoutImage } from './layout-image';

export interface OpenImageContext {
  readonly connection: Connection;
  readonly docker: DockerEngine;
  readonly print: (line: string) => void;
}

/** Opens images of either kind: layouts on disk, and what an engine keeps. */
export function imageOpener({ connection, docker, print }: OpenImageContext): ImageOpener {
  return (record, folder) => {
    if (isLayout(record)) return openLayoutImage({ record, folder, openBase: (base) => connection.client.repository(base) });
    if (isEngine(record)) return Promise.resolve(openEngineImage({ record, engine: docker, credentials: connection.credentials, print }));
    return Promise.reject(new Error(`unknown output of ${record.project}`));
  };
}

function isLayout(record: ImageRecord): record is ImageRecord & { readonly output: LayoutOutput } {
  return record.output.kind === 'layout';
}

function isEngine(record: ImageRecord): record is ImageRecord & { readonly output: EngineOutput } {
  return record.output.kind === 'engine';
}
