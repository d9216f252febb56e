import { type YamlPath } from '../../text/problem';

/** A text of the file, and its path. */
export interface TextAt {
  readonly path: YamlPath;
  readonly text: string;
}

/** The value at a path; `undefined` if there is none. */
export function valueAt(data: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    return (value as Readonly<Record<string | number, unknown>>)[step];
  }, data);
}

/** The keys of the map at a path, in the order of the file; none if it is not a map. */
export function keysAt(data: unknown, path: YamlPath): readonly string[] {
  const value = valueAt(data, path);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** The text at a path, or the texts of a list there. */
export function textsAt(data: unknown, path: YamlPath): readonly TextAt[] {
  const value = valueAt(data, path);
  const paths = Array.isArray(value) ? value.map((_, index) => [...path, index]) : [path];
  return paths.flatMap((one) => {
    const text = valueAt(data, one);
    return typeof text === 'string' ? [{ path: one, text }] : [];
  });
}

/** All texts at and below a path, whatever the shape of the file. */
export function textsUnder(data: unknown, path: YamlPath = []): readonly TextAt[] {
  const value = valueAt(data, path);
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((_, index) => textsUnder(data, [...path, index]));
  return keysAt(data, path).flatMap((key) => textsUnder(data, [...path, key]));
}
