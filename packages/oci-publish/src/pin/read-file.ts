import { countUses, parseYaml } from './yaml/parse-yaml';
import { findPlaces, type SearchOptions } from './places/find-places';
import { type Place, type Unplaced } from './places/place';
import { type Scalar } from 'yaml';

/** The images of this workspace in a text. */
export interface FilePlaces {
  readonly places: readonly LinedPlace[];
  readonly unplaced: readonly LinedUnplaced[];
  /** How often each scalar is used, by aliases as well. */
  readonly uses: ReadonlyMap<Scalar, number>;
}

export type LinedPlace = Place & { readonly line: number };
export type LinedUnplaced = Unplaced & { readonly line: number };

export interface ReadOptions extends Omit<SearchOptions, 'defaults'> {
  /** For a file that overrides values of a chart: the text of these values. */
  readonly defaults?: string;
}

/** Finds the images of this workspace in a YAML text. Pure. */
export function readPlaces(text: string, options: ReadOptions): FilePlaces {
  try {
    return readYaml(text, options) ?? { places: [], unplaced: findMentions(text, options.names), uses: new Map() };
  } catch (error) {
    // The parser calls itself for each level: thousands of them are no file that people write.
    if (!(error instanceof RangeError)) throw error;
    return { places: [], unplaced: findMentions(text, options.names), uses: new Map() };
  }
}

/** @returns undefined for a text that is not YAML */
function readYaml(text: string, { defaults, ...search }: ReadOptions): FilePlaces | undefined {
  const source = parseYaml(text);
  if (!('documents' in source)) return undefined;
  const chart = defaults === undefined ? undefined : parseYaml(defaults);
  const [values] = chart !== undefined && 'documents' in chart ? chart.documents : [];
  const options: SearchOptions = { ...search, ...(values && { defaults: values }) };
  const places = new Map<string, LinedPlace>();
  const unplaced: LinedUnplaced[] = [];
  const uses = new Map(source.documents.flatMap((document) => [...countUses(document)]));
  for (const finding of source.documents.flatMap((document) => findPlaces(source, document, options))) {
    if ('unplaced' in finding) unplaced.push({ ...finding.unplaced, line: source.lineOf(finding.unplaced.offset) });
    else if ('borrowed' in finding) uses.set(finding.borrowed, (uses.get(finding.borrowed) ?? 1) + 1);
    else places.set(finding.place.id, { ...finding.place, line: source.lineOf(finding.place.offset) });
  }
  return { places: [...places.values()], unplaced, uses };
}

/** In a text that is not YAML, such as a template of Helm. */
function findMentions(text: string, names: readonly string[]): readonly LinedUnplaced[] {
  return text.split('\n').flatMap((line, index) => {
    const name = names.find((one) => line.includes(`${one}:`) || line.includes(`${one}@`));
    const reason = 'the file is not YAML by itself, as a template is not: write the image into the values of the template';
    return name === undefined ? [] : [{ offset: 0, name, line: index + 1, reason }];
  });
}
