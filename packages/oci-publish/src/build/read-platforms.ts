import { formatPlatform, nearestName, parsePlatform, type Platform } from '@nx-oci/model';

import { DEFAULT_PLATFORM } from '../engines/options/platform-paths';
import { suggestName } from '../text/problem';
import { attempt, type ReportProblem } from './option-problems';
import type { WrittenLayer, WrittenOptions } from './written-options';

/** The platforms that an image is made for, in the order in which an index lists them; one at least. */
export function readPlatforms({ platform, platforms, parts }: WrittenOptions, reportProblem: ReportProblem): readonly Platform[] {
  // The others are parts that other tasks make.
  const isPart = parts !== undefined && parts !== false && platform !== undefined;
  if (platforms === undefined || isPart)
    return [(platform === undefined ? undefined : read('platform', platform, reportProblem)) ?? DEFAULT_PLATFORM];
  if (platform !== undefined) {
    reportProblem(`\`platform\` and \`platforms\` are both set → remove one; --platforms=${platform} builds that one alone`);
  }
  if (platforms.length === 0) reportProblem('`platforms` is empty → name one at least: ["linux/amd64", "linux/arm64"]');
  const named = platforms.flatMap((text, index) => read(`platforms[${index}]`, text, reportProblem) ?? []);
  const names = named.map(formatPlatform);
  const repeated = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  for (const name of repeated) reportProblem(`\`platforms\` names ${name} twice → name each platform once`);
  return named.length === 0 ? [DEFAULT_PLATFORM] : named;
}

function read(name: string, text: string, reportProblem: ReportProblem): Platform | undefined {
  const platform = attempt(name, () => parsePlatform(text), reportProblem);
  if (platform === undefined) return undefined;
  const machine = `${platform.os}/${platform.architecture}`;
  const nearest = KNOWN_MACHINES.includes(machine) ? undefined : nearestName(machine, KNOWN_MACHINES);
  // One that resembles no other may be newer than this list.
  if (nearest === undefined) return platform;
  reportProblem(`\`${name}\` is ${machine}, which is no platform → did you mean \`${nearest}\`?`);
  return undefined;
}

// The ports of Go for servers and WebAssembly, which are the names that images use.
const KNOWN_MACHINES = [
  ...[
    '386',
    'amd64',
    'arm',
    'arm64',
    'loong64',
    'mips',
    'mips64',
    'mips64le',
    'mipsle',
    'ppc64',
    'ppc64le',
    'riscv64',
    's390x',
    'wasm',
  ].map((name) => `linux/${name}`),
  ...['windows', 'darwin', 'freebsd', 'netbsd', 'openbsd'].flatMap((os) => ['386', 'amd64', 'arm', 'arm64'].map((name) => `${os}/${name}`)),
  ...['freebsd/riscv64', 'openbsd/ppc64', 'openbsd/riscv64', 'wasi/wasm', 'wasip1/wasm', 'js/wasm'],
  ...['aix/ppc64', 'solaris/amd64', 'illumos/amd64', 'dragonfly/amd64', 'plan9/amd64'],
];

// What images are made for, as Go names it. @see https://go.dev/doc/install/source#environment
const KNOWN_PLATFORMS = [
  ...['amd64', 'arm64', 'arm', 'arm/v6', 'arm/v7', '386', 'ppc64le', 's390x', 'riscv64', 'loong64', 'mips64le'].map(
    (name) => `linux/${name}`,
  ),
  'windows/amd64',
  'windows/arm64',
];

/**
 * Refuses a layer for a platform that is probably misspelt: it would be in no image. One for a platform that is not built now is
 * right, as `--platforms` may name some of them alone.
 */
export function checkLayerPlatform(
  { platform }: WrittenLayer,
  built: readonly Platform[],
  name: string,
  reportProblem: ReportProblem,
): void {
  const own = platform === undefined ? undefined : read(`${name}.platform`, platform, reportProblem);
  if (own === undefined) return;
  const names = built.map(formatPlatform);
  const known = [...new Set([...names, ...KNOWN_PLATFORMS.map((one) => formatPlatform(parsePlatform(one)))])];
  const asked = formatPlatform(own);
  if (known.includes(asked)) return;
  reportProblem(`\`${name}.platform\` is ${asked}, for which no image is built → ${suggestName(nearestName(asked, known), names)}`);
}
