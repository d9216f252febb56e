import { ERROR_GROUPS } from '../error-codes.mjs';
import { readText } from '../read-sources.mjs';
import { renderTable } from '../render-table.mjs';

const SOURCE = 'packages/oci-model/src/errors/oci-error.ts';

/** Every error code with cause and remedy. */
export function errorsPage() {
  const known = codesOf(readText(SOURCE));
  const described = Object.values(ERROR_GROUPS).flatMap((group) => Object.keys(group));
  const missing = [...known.filter((code) => !described.includes(code)), ...described.filter((code) => !known.includes(code))];
  if (missing.length > 0) throw new Error(`tools/reference/error-codes.mjs and ${SOURCE} differ: ${missing.join(', ')}`);
  return [
    '# Errors',
    'A message says what nx-oci was doing, to what, and what happened; the line after → says what to do. Programs that use `@nx-oci/publish` or `@nx-oci/distribution` branch on `error.code` (`isOciError(error, "TAG_IMMUTABLE")`): a code names the kind of failure.',
    ...Object.entries(ERROR_GROUPS).flatMap(([title, codes]) => [
      `## ${title}`,
      renderTable(
        ['code', 'cause', 'remedy'],
        Object.entries(codes).map(([code, cells]) => [`\`${code}\``, ...cells]),
      ),
    ]),
    'Anything else ("Unexpected error in nx-oci") is a bug: please report it, with the lines that were printed. Secrets are removed from them ([secrets](../operate/secrets.md)).',
  ];
}

function codesOf(text) {
  const [, union] = /export type OciErrorCode =([^;]*);/.exec(text) ?? [];
  return [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code);
}
