import { readJson } from '../read-sources.mjs';
import { renderOptions } from '../render-table.mjs';
import { schemaRows } from '../schema-rows.mjs';

const REPORTS = [
  ['report.schema.json', 'dist/images/<project>/report.json', 'What a publish did for one image. [Details](../publish/report.md).'],
  [
    'run-report.schema.json',
    'dist/images/run-report.json',
    'All images of a run. The fields of `images[]` that are missing here are those of `report.json`.',
  ],
  ['plan.schema.json', 'dist/images/plan.json', 'Which images need publishing, and why. [Details](../publish/plan.md).'],
  ['prune.schema.json', 'the output of `nx-oci:prune --format=json`', 'Which local images were removed. [Details](../operate/prune.md).'],
];

/** Every field of the reports. */
export function reportsPage() {
  const ofImage = new Set(schemaRows(readJson('packages/nx-oci/report.schema.json')).map(({ key }) => `images[].${key}`));
  return [
    '# Reports',
    'Reports are JSON. `schemaVersion` is raised when a field changes its meaning or goes; new fields may come without that. The schemas are part of the package: `nx-oci/report.schema.json`.',
    ...REPORTS.flatMap(([file, where, what]) => {
      const rows = schemaRows(readJson(`packages/nx-oci/${file}`)).filter(
        ({ key }) => file !== 'run-report.schema.json' || !ofImage.has(key),
      );
      return [
        `## ${file.replace('.schema', '')}`,
        `${where.startsWith('dist') ? `\`${where}\`` : where}. ${what}`,
        renderOptions(rows, 'field'),
      ];
    }),
  ];
}
