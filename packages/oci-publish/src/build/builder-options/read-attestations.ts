import type { ReportProblem } from '../option-problems';
import type { WrittenOptions } from '../written-options';

/** `--attest` of BuildKit: `type=provenance,mode=max`. */
export function readAttestations({ provenance, sbom, parts }: WrittenOptions, reportProblem: ReportProblem): readonly string[] {
  const asked = Object.entries({ provenance, sbom }).flatMap(([type, value]) =>
    value === undefined || value === false || value === '' ? [] : [{ type, value }],
  );
  if (asked.length > 0 && parts !== undefined && parts !== false) {
    reportProblem(
      '`parts` cannot be merged with attestations (`provenance`, `sbom`), which name the digests of one build → build all `platforms` with one builder',
    );
  }
  return asked.map(({ type, value }) => {
    if (value === true) return `type=${type}`;
    if (type === 'sbom') return `type=sbom,${value.startsWith('generator=') ? value : `generator=${value}`}`;
    const mode = value.replace(/^mode=/, '');
    if (mode !== 'min' && mode !== 'max') reportProblem(`\`provenance\` is "${value}" → write true, false, min or max`);
    return `type=provenance,mode=${mode}`;
  });
}
