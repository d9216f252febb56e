import type { BaseRecord } from './image-record';

/** Names the registry with the layers of all platforms that are not stored. Pure. */
export function joinBaseRecords(records: readonly BaseRecord[]): BaseRecord | undefined {
  const [first] = records;
  if (first === undefined) return undefined;
  const layers = new Map(records.flatMap((record) => record.layers.map((layer) => [layer.digest, layer])));
  return { ...first, digests: [...new Set(records.flatMap(({ digests }) => digests))], layers: [...layers.values()] };
}
