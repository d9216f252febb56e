import { digestOf } from '@nx-oci/model';

import { type ImageReport, type RegistryReport, type TagReport } from '../report-schema';

/** The digest of an image that does not exist. */
export const SAMPLE_DIGEST = digestOf(Buffer.from('an image'));

/** A tag that was created. */
export function sampleTag(more: Partial<TagReport> = {}): TagReport {
  return { tag: 'latest', rule: 'latest', isFloating: true, action: 'create', to: SAMPLE_DIGEST, ...more };
}

/** A registry that received an image. */
export function sampleRegistry(more: Partial<RegistryReport> = {}): RegistryReport {
  return {
    registry: 'ghcr',
    host: 'ghcr.io',
    repository: 'acme/api',
    outcome: 'published',
    tags: [sampleTag()],
    sent: { count: 3, bytes: 12_345_678 },
    ...more,
  };
}

/** An image that was published. */
export function sampleReport(more: Partial<ImageReport> = {}): ImageReport {
  return {
    schemaVersion: 1,
    project: 'api',
    outcome: 'published',
    digest: SAMPLE_DIGEST,
    platforms: ['linux/amd64'],
    sizeBytes: 45_678_901,
    registries: [sampleRegistry()],
    skippedRules: [],
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 1500,
    ...more,
  };
}
