import { z } from 'zod';

import { problemsToError } from '../text/problem';
import { readWritten, writtenName, writtenText } from '../text/read-written';
import { type HttpCheck, type RunEngine, writtenEngine, writtenHttp, writtenPort } from './run/run-options';

const words = z.array(writtenName, 'write a list, one word an item: ["node", "--version"]');
const seconds = z.number('write a number of seconds').min(0, 'write 0 or more').max(3600, 'write an hour at most');
const variables = z.record(
  z.string(),
  writtenText.nullable(),
  'write names with their values: { "name": "value" }, or --option.name=value',
);

/** The options of a run target. */
export const serveImageOptionsSchema = z.object({
  engine: writtenEngine,
  ports: z
    .union([z.array(writtenPort), writtenPort.transform((only) => [only])], 'write a list of ports')
    .optional()
    .meta({
      description:
        'Ports to reach it by: 8080 for the same one on both sides, or 3000:8080 for its 8080 as 3000 here. By default those that the image names.',
      examples: [8080, '3000:8080'],
    }),
  host: writtenName.optional().meta({ description: 'Address to listen on. 0.0.0.0 lets other machines in.', default: '127.0.0.1' }),
  env: variables
    .optional()
    .describe('Variables, beside those of the image. `null` takes one from the environment, which is the way for a secret.'),
  args: words.optional().meta({ description: "Arguments, in place of the image's `cmd`.", examples: [['--check']] }),
  http: writtenHttp.optional().describe('The request that it answers once it is ready: `port` of the container, `path`, `status`.'),
  startSeconds: seconds.optional().meta({ description: 'How long it may take until it answers.', default: 30 }),
});

/** The options of a run target, as users write them. */
export type ServeImageOptions = z.input<typeof serveImageOptionsSchema>;

export interface NormalizedServeImageOptions {
  readonly engine: RunEngine | undefined;
  /** From ports of this machine to ports of the container; `undefined`: those that the image names. */
  readonly ports: readonly { readonly here: number; readonly there: string }[] | undefined;
  readonly host: string;
  readonly env: Readonly<Record<string, string | null>>;
  readonly args: readonly string[];
  readonly http: HttpCheck | undefined;
  readonly startMs: number;
}

/** @throws OciError `OPTIONS_INVALID` with all problems */
export function normalizeServeImageOptions(written: unknown, project: string): NormalizedServeImageOptions {
  const { options = {}, problems } = readWritten(serveImageOptionsSchema, written);
  const lines = [...problems];
  const ports = options.ports?.map((port) => readPorts(String(port), lines));
  const there = options.http === undefined ? undefined : readPorts(String(options.http.port), lines).here;
  if (lines.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot run the image of ${project}`, lines);
  return {
    engine: options.engine,
    ports,
    host: options.host ?? '127.0.0.1',
    env: options.env ?? {},
    args: options.args ?? [],
    http: options.http && { port: there ?? 0, path: options.http.path ?? '/', status: options.http.status },
    startMs: (options.startSeconds ?? 30) * 1000,
  };
}

function readPorts(text: string, lines: string[]): { readonly here: number; readonly there: string } {
  const [, here = '', there = here, protocol = 'tcp'] = /^(\d{1,5})(?::(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
  const isRight = [here, there].every((port) => port !== '' && Number(port) >= 1 && Number(port) <= 65_535);
  if (!isRight) lines.push(`${text} is not a port → write a number from 1 to 65535, or two as in 3000:8080`);
  return { here: Number(here), there: `${Number(there)}/${protocol}` };
}
