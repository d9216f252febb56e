import { quote } from '@nx-oci/model';
import { posix } from 'node:path';

import { parseYaml } from '../yaml/parse-yaml';
import { readEach, type TextFile } from './read-texts';

/** The values of charts, for files beside them that override some: `values-prod.yaml` beside `values.yaml`. */
export interface ChartValues {
  /** By the path of the file that overrides them. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files with a tag whose name is in values that could not be read, as sentences. */
  readonly unread: readonly string[];
}

const OVERRIDE = /^values[._-].+\.ya?ml$/;
/** A part of an image, whose name may be in the values of the chart alone. */
const HAS_PART = /(?:tag|digest)["']?[ \t]*:/i;

/** A chart without `values.yaml` has none; one that cannot be read is not taken for that. */
export async function readChartValues(workspaceRoot: string, files: readonly TextFile[]): Promise<ChartValues> {
  const overrides = files.filter(({ path }) => OVERRIDE.test(posix.basename(path)));
  const read = await readEach(workspaceRoot, [...new Set(overrides.map(valuesBeside))]);
  const charts = new Map([...read].map(([path, values]) => [path, textIn(path, values)]));
  const texts = new Map<string, string>();
  const unread: string[] = [];
  for (const file of overrides) {
    const values = charts.get(valuesBeside(file));
    if (values === undefined) continue;
    if ('text' in values) texts.set(file.path, values.text);
    else if (HAS_PART.test(file.text))
      unread.push(`${quote(file.path)} was searched without the values that it overrides: ${values.reason}`);
  }
  return { texts, unread };
}

function valuesBeside({ path }: TextFile): string {
  return posix.join(posix.dirname(path), 'values.yaml');
}

function textIn(path: string, values: TextFile | string | undefined): { readonly text: string } | { readonly reason: string } | undefined {
  if (typeof values === 'string') return { reason: values };
  if (values === undefined) return undefined;
  const line = lineOfMistake(values.text);
  return line === undefined ? { text: values.text } : { reason: `${quote(path)} is not YAML (line ${line})` };
}

function lineOfMistake(text: string): number | undefined {
  try {
    const parsed = parseYaml(text);
    return 'line' in parsed ? parsed.line : undefined;
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) return 1;
    throw error;
  }
}
