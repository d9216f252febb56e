import type { DockerfileEngine } from '../../engines/options/engine-names';
import type { ReportProblem } from '../option-problems';
import type { WrittenOptions } from '../written-options';

/** `--attest` of BuildKit: `type=provenance,mode=max`. The other engines cannot attach anything to an image. */
export function readAttestations(
  { provenance, sbom }: WrittenOptions,
  engine: DockerfileEngine,
  reportProblem: ReportProblem,
): readonly string[] {
  const asked = Object.entries({ provenance, sbom }).flatMap(([type, value]) =>
    value === undefined || value === false || value === '' ? [] : [{ type, value }],
  );
  if (engine !== 'buildx') {
    for (const { type } of asked) reportProblem(`\`${type}\`: ${engine} cannot do this → set \`engine\` to buildx, or remove it`);
    return [];
  }
  return asked.map(({ type, value }) => {
    if (value === true) return `type=${type}`;
    if (type === 'sbom') return `type=sbom,${value.startsWith('generator=') ? value : `generator=${value}`}`;
    const mode = value.replace(/^mode=/, '');
    if (mode !== 'min' && mode !== 'max') reportProblem(`\`provenance\` is "${value}" → write true, false, min or max`);
    return `type=provenance,mode=${mode}`;
  });
}
