import type { Descriptor } from '../names/descriptor';
import { isOciError } from '../errors/oci-error';
import type { Platform } from '../names/platform';
import { withoutUndefined, type DocumentReader } from './read-json';
import { verifyBytes } from '../streams/verified-stream';

/**
 * Reads one descriptor of a document, and checks the content that it embeds in `data`.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
 */
export function parseDescriptor(reader: DocumentReader, field: string, value: unknown): Descriptor {
  const object = reader.object(field, value);
  const string = (name: string, item: unknown) => reader.string(name, item);
  const descriptor = withoutUndefined<Descriptor>({
    mediaType: reader.word(`${field}.mediaType`, object['mediaType']),
    digest: reader.digest(`${field}.digest`, object['digest']),
    size: reader.size(`${field}.size`, object['size']),
    platform: reader.optional(`${field}.platform`, object['platform'], (name, item) => parsePlatformField(reader, name, item)),
    annotations: reader.optional(`${field}.annotations`, object['annotations'], (name, item) => reader.map(name, item, string)),
    artifactType: reader.optional(`${field}.artifactType`, object['artifactType'], string),
    urls: reader.optional(`${field}.urls`, object['urls'], (name, item) => reader.list(name, item, string)),
    data: reader.optional(`${field}.data`, object['data'], string),
  });
  if (descriptor.data !== undefined) verifyData(reader, field, descriptor);
  return descriptor;
}

function parsePlatformField(reader: DocumentReader, field: string, value: unknown): Platform {
  const object = reader.object(field, value);
  const string = (name: string, item: unknown) => reader.string(name, item);
  return withoutUndefined<Platform>({
    os: reader.string(`${field}.os`, object['os']),
    architecture: reader.string(`${field}.architecture`, object['architecture']),
    variant: reader.optional(`${field}.variant`, object['variant'], string),
    'os.version': reader.optional(`${field}["os.version"]`, object['os.version'], string),
    'os.features': reader.optional(`${field}["os.features"]`, object['os.features'], (name, item) => reader.list(name, item, string)),
  });
}

function verifyData(reader: DocumentReader, field: string, descriptor: Descriptor): void {
  try {
    verifyBytes(descriptor, Buffer.from(descriptor.data ?? '', 'base64'));
  } catch (error) {
    throw isOciError(error) ? reader.refuse(`${field}.data does not match ${field}.digest and ${field}.size`, error) : error;
  }
}
