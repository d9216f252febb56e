const CODE = /\.[cm]?[jt]s$/;
const PROSE = /\.(?:md|svg)$|(?:^|\/)LICENSE$/;
/** Files whose imports jest follows. */
const MODULE = /^(?:packages\/[^/]+\/(?:src|bin)|tools\/workspace)\/.+\.(?:[cm]?[jt]s|json)$|^tools\/(?:ci|release)\/.+\.[cm]js$/;
/** Programs and specs that no unit spec imports: one that reads them names them. */
const BESIDE_PACKAGES = /^(?:e2e|tools\/(?:base-images|bench|ci|faults|newcomer|race|walls)|\.ci|\.github|examples)\//;
const WALLED =
  /^packages\/[^/]+\/(?:src|bin)\/.+\.[cm]?[jt]s$|^tools\/walls\/|^\.dependency-cruiser\.cjs$|^docs\/architecture\.(?:md|svg)$/;
const TYPED = /\.ts$|^packages\/.+\.json$|^tsconfig[^/]*\.json$|^package-lock\.json$|(?:^|\/)package\.json$/;
const LINT_RULES = /^eslint\.config\.mjs$|^tsconfig[^/]*\.json$/;
const FORMAT_RULES = /^\.prettier/;
const LOCKED = /(?:^|\/)package(?:-lock)?\.json$/;

/**
 * What a change can break, by the paths that it touches. A file that is neither a module, nor prose, nor known to be apart from the
 * packages may do anything: jest's configuration, a lock file, a fixture.
 *
 * @param {{ files: readonly string[], removed: readonly string[] }} changed paths from the workspace root
 * @returns {{
 *   hasTypes: boolean, lint: readonly string[], hasWalls: boolean, format: readonly string[], hasLock: boolean,
 *   specs: 'all' | { readonly importing: readonly string[], readonly naming: readonly string[] }
 * }} `lint` and `format` are paths to look at, `.` for all. `specs` are those that import one file, or whose text names the other
 */
export function selectChecks({ files, removed }) {
  const touched = [...files, ...removed];
  return {
    hasTypes: touched.some((file) => TYPED.test(file)),
    lint: touched.some((file) => LINT_RULES.test(file)) ? ['.'] : files.filter((file) => CODE.test(file)),
    hasWalls: touched.some((file) => WALLED.test(file)),
    format: touched.some((file) => FORMAT_RULES.test(file)) ? ['.'] : [...files],
    hasLock: touched.some((file) => LOCKED.test(file)),
    specs: selectSpecs(files, touched),
  };
}

function selectSpecs(files, touched) {
  const isModule = (file) => MODULE.test(file);
  const isApart = (file) => PROSE.test(file) || BESIDE_PACKAGES.test(file);
  if (!touched.every((file) => isModule(file) || isApart(file))) return 'all';
  return { importing: files.filter(isModule), naming: touched.filter((file) => !isModule(file) || !CODE.test(file)) };
}
