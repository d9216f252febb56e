import { shortDigest } from '@nx-oci/model';
import { style } from './style';

import { type ImageReport, type RegistryReport } from '../publish/image-report';
import { type TagPlan } from '../publish/plan-tag';
import { formatBytes } from './format-bytes';
import { renderTable } from './render-table';

/** The table at the end of a run: one row an image and registry, then every tag that was not set and why. */
export function renderResults(reports: readonly ImageReport[]): string {
  const header = ['image', 'tags', 'digest', 'size', 'sent'].map((title) => style.bold(title));
  const rows = reports.flatMap((report) => report.registries.map((registry) => rowOf(report, registry)));
  return [renderTable([header, ...rows]), ...reports.flatMap(notesOf)].join('\n');
}

function rowOf(report: ImageReport, registry: RegistryReport): string[] {
  return [
    registry.repository,
    registry.tags
      .filter(isSet)
      .map(({ tag }) => tag)
      .join(', ') || style.yellow('none'),
    report.digest === undefined ? '–' : shortDigest(report.digest),
    report.sizeBytes === undefined ? '–' : formatBytes(report.sizeBytes),
    describeSent(report, registry),
  ];
}

function describeSent(report: ImageReport, { tags, sent, mounted }: RegistryReport): string {
  if (!tags.some(isChanged)) return style.dim('nothing, up to date');
  if (sent.count > 0) return `${formatBytes(sent.bytes)} in ${sent.count}${mounted.count > 0 ? `, ${mounted.count} mounted` : ''}`;
  if (mounted.count > 0) return `nothing, ${mounted.count} mounted`;
  return report.sizeBytes === undefined ? style.dim('by the engine') : style.dim('nothing, tags only');
}

function notesOf({ registries }: ImageReport): string[] {
  return registries.flatMap(({ repository, tags }) =>
    tags
      .filter(({ action, reason }) => action === 'held' || reason !== undefined)
      .map(({ tag, action, reason }) => style.yellow(`  ${repository}:${tag} ${action === 'held' ? 'held' : 'set'}: ${reason ?? ''}`)),
  );
}

function isSet({ action }: TagPlan): boolean {
  return action === 'create' || action === 'move' || action === 'upToDate';
}

function isChanged({ action }: TagPlan): boolean {
  return action === 'create' || action === 'move';
}
