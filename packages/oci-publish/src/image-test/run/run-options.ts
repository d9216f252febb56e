import { z } from 'zod';

import { writtenChoice, writtenName, writtenText } from '../../text/read-written';

/** Whether a test starts the image: if an engine is available, always, or never. */
export const RUN_CHOICES = ['auto', 'required', 'never'] as const;

/** The engines that can start an image. */
export const RUN_ENGINES = ['docker', 'podman'] as const;

export type RunEngine = (typeof RUN_ENGINES)[number];

const seconds = z.number('write a number of seconds').min(0, 'write 0 or more').max(3600, 'write an hour at most');
const words = z.array(writtenName, 'write a list, one word an item: ["node", "--version"]');

export const writtenPort = z.union([z.int(), z.string()], 'write a number');
export const writtenVariables = z.record(
  z.string(),
  writtenText,
  'write names with their values: { "name": "value" }, or --option.name=value',
);

export const writtenHttp = z.strictObject(
  {
    port: writtenPort.meta({ description: 'Port of the container.', examples: [8080] }),
    path: writtenName.optional().meta({ description: 'What is asked for. `/` by default.', examples: ['/health'] }),
    status: z.int('write a number').optional().describe('The right answer. By default any from 200 to 399.'),
  },
  'write a map: { "port": 8080, "path": "/health" }',
);

export const writtenEngine = writtenChoice(RUN_ENGINES)
  .optional()
  .describe('What starts the image. By default docker, else podman: the first that answers.');

/** The options of a test target for the started image. */
export const runOptionsShape = {
  run: writtenChoice(RUN_CHOICES).optional().meta({
    description:
      'Whether the image is started: `auto` where Docker or podman can (default), `required` to fail where neither can, `never` to check its files alone.',
    default: 'auto',
  }),
  engine: writtenEngine,
  http: writtenHttp.optional().describe('A request that the started image must answer: `port`, `path`, `status`.'),
  command: words.optional().meta({
    description: 'A command that must succeed in the container once it has started.',
    examples: [['node', 'healthcheck.js']],
  }),
  args: words
    .optional()
    .meta({ description: "Arguments of the started container, in place of the image's `cmd`.", examples: [['--check']] }),
  runEnv: writtenVariables.optional().describe('Variables of the started container, beside those of the image. No secrets.'),
  startSeconds: seconds.optional().meta({ description: 'How long it may take until it answers.', default: 30 }),
  upSeconds: seconds.optional().meta({
    description: 'How long it must stay up where nothing is asked of it; 0 for a program that ends by itself, which must then succeed.',
    default: 2,
  }),
  stopSeconds: seconds.optional().meta({ description: 'How long it may take to end at its stop signal; 0 to not test that.', default: 10 }),
};

/** The probes of the started container, and their time limits. */
export interface RunChecks {
  readonly run: (typeof RUN_CHOICES)[number];
  readonly engine: RunEngine | undefined;
  readonly http: HttpCheck | undefined;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly startMs: number;
  readonly upMs: number;
  readonly stopMs: number;
}

export interface HttpCheck {
  readonly port: number;
  readonly path: string;
  /** Any from 200 to 399 if absent. */
  readonly status: number | undefined;
}

type WrittenRun = z.output<z.ZodObject<typeof runOptionsShape>>;

/** @param readPort reports invalid ports */
export function normalizeRun(options: Partial<WrittenRun>, readPort: (port: string | number) => string): RunChecks {
  const { http } = options;
  return {
    run: options.run ?? 'auto',
    engine: options.engine,
    http: http && { port: Number.parseInt(readPort(http.port), 10), path: http.path ?? '/', status: http.status },
    command: options.command,
    args: options.args ?? [],
    env: options.runEnv ?? {},
    startMs: (options.startSeconds ?? 30) * 1000,
    upMs: (options.upSeconds ?? 2) * 1000,
    stopMs: (options.stopSeconds ?? 10) * 1000,
  };
}
