import { formatBytes } from '../../text/format-bytes';
import { environmentOf } from './find-program';
import { type Fault, type Findings, type ImageDocuments } from './tested-image';

/** The expected settings of the image. */
export interface WantedConfig {
  readonly user: string | undefined;
  readonly ports: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly maxBytes: number | undefined;
}

/** Compares the documents of an image with the expected settings. Pure. */
export function checkConfig(image: ImageDocuments, wanted: WantedConfig): Partial<Findings> {
  const faults = [...checkUser(image, wanted), ...checkPorts(image, wanted), ...checkEnv(image, wanted), ...checkSize(image, wanted)];
  const asked = [
    wanted.user === undefined ? [] : ['user'],
    wanted.ports.length === 0 ? [] : ['ports'],
    Object.keys(wanted.env).length === 0 ? [] : ['env'],
  ].flat();
  return { faults, proven: faults.length > 0 || asked.length === 0 ? [] : [`${asked.join(', ')} as expected`] };
}

function checkUser({ config }: ImageDocuments, { user }: WantedConfig): readonly Fault[] {
  if (user === undefined) return [];
  const found = config.User ?? '';
  const isSame = found === user || (found === '' && /^(?:root|0)(?::(?:root|0))?$/.test(user));
  if (isSame) return [];
  return [
    { what: `the user is ${found === '' ? 'root, because none is set' : found}, not ${user}`, fix: 'set `user` of the image, or USER' },
  ];
}

function checkPorts({ config }: ImageDocuments, { ports }: WantedConfig): readonly Fault[] {
  const found = Object.keys(config.ExposedPorts ?? {}).map((port) => (port.includes('/') ? port : `${port}/tcp`));
  const missing = ports.filter((port) => !found.includes(port));
  if (missing.length === 0) return [];
  const named = found.length === 0 ? 'it exposes none' : `it exposes ${found.join(', ')}`;
  return [
    { what: `the image does not expose the port ${missing.join(', ')}: ${named}`, fix: 'add it to `ports` of the image, or EXPOSE it' },
  ];
}

function checkEnv(image: ImageDocuments, { env }: WantedConfig): readonly Fault[] {
  const found = environmentOf(image);
  return Object.entries(env).flatMap(([name, value]) => {
    if (found[name] === value) return [];
    const is = found[name] === undefined ? 'is not set' : 'has another value';
    return [
      {
        what: `the variable ${name} ${is}, not ${value}`.replace('is not set, not', 'is not set, but should be'),
        fix: 'set it in `env` of the image, or with ENV',
      },
    ];
  });
}

function checkSize({ sizeBytes, layers }: ImageDocuments, { maxBytes }: WantedConfig): readonly Fault[] {
  if (maxBytes === undefined || sizeBytes <= maxBytes) return [];
  const largest = layers.reduce((most, { size }) => Math.max(most, size), 0);
  return [
    {
      what: `the compressed image has ${formatBytes(sizeBytes)}, more than ${formatBytes(maxBytes)} (its largest layer: ${formatBytes(largest)})`,
      fix: 'leave files out (`exclude`), use a smaller base, or raise `maxSize`',
    },
  ];
}
