import { z } from 'zod';

import { parseBytes } from '../text/parse-bytes';
import { problemsToError } from '../text/problem';
import { readWritten, writtenFlag, writtenName, writtenTexts } from '../text/read-written';
import { normalizeRun, type RunChecks, runOptionsShape, writtenPort, writtenVariables } from './run/run-options';

const file = z.union(
  [
    writtenName,
    z.strictObject({
      path: writtenName.meta({ description: 'Absolute path.', examples: ['/app/main.js'] }),
      executable: writtenFlag.optional().describe('Whether its user may run it.'),
    }),
  ],
  'write a path, or a map: { "path": "/app/start.sh", "executable": true }',
);

/** The options of a test target. */
export const testOptionsSchema = z.object({
  files: z
    .union([z.array(file), writtenName.transform((only) => [only])], 'write a list of paths')
    .optional()
    .meta({
      description: 'Paths that must be in the image.',
      examples: ['/app/main.js'],
    }),
  user: z
    .union([writtenName, z.int()])
    .optional()
    .meta({ description: 'The user that the image must name.', examples: ['1000:1000'] }),
  ports: z
    .union([z.array(writtenPort), writtenPort.transform((only) => [only])], 'write a list of ports')
    .optional()
    .meta({
      description: 'Ports that the image must name.',
      examples: [8080],
    }),
  env: writtenVariables.optional().describe('Variables that the image must set, with their values.'),
  maxSize: writtenName.optional().meta({ description: 'How large the image may be, compressed.', examples: ['200 MB'] }),
  optional: writtenTexts.meta({
    description: 'Names of modules and shared libraries that the program can do without, so that they may be missing.',
    examples: ['pg-native', 'libfoo.so.1'],
  }),
  ...runOptionsShape,
});

/** The options of a test target, as users write them. */
export type TestOptions = z.input<typeof testOptionsSchema>;

export interface WantedFile {
  readonly path: string;
  readonly executable: boolean;
}

export interface NormalizedTestOptions {
  readonly files: readonly WantedFile[];
  readonly user: string | undefined;
  /** As in the config: `8080/tcp`. */
  readonly ports: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly maxBytes: number | undefined;
  readonly optional: readonly string[];
  readonly run: RunChecks;
}

/** @throws OciError `OPTIONS_INVALID` with all problems */
export function normalizeTestOptions(written: unknown, project: string): NormalizedTestOptions {
  const { options = {}, problems } = readWritten(testOptionsSchema, written);
  const lines = [...problems];
  const readPort = (text: string | number): string => {
    const [, number = '', protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(String(text)) ?? [];
    if (number === '' || Number(number) < 1 || Number(number) > 65_535)
      lines.push(`${String(text)} is not a port → write a number from 1 to 65535`);
    return `${Number(number)}/${protocol}`;
  };
  const files = (options.files ?? []).map((one): WantedFile =>
    typeof one === 'string' ? { path: one, executable: false } : { path: one.path, executable: one.executable ?? false },
  );
  for (const { path } of files.filter((one) => !one.path.startsWith('/')))
    lines.push(`\`files\`: ${path} is not absolute → begin it with /`);
  const maxBytes = options.maxSize === undefined ? undefined : parseBytes(options.maxSize);
  if (options.maxSize !== undefined && maxBytes === undefined)
    lines.push(`\`maxSize\` is "${options.maxSize}" → write a number and a unit: 200 MB`);
  const ports = (options.ports ?? []).map(readPort);
  const run = normalizeRun(options, readPort);
  if (lines.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot test the image of ${project}`, lines);
  return {
    files,
    user: options.user === undefined ? undefined : String(options.user),
    ports,
    env: options.env ?? {},
    maxBytes,
    optional: options.optional ?? [],
    run,
  };
}
