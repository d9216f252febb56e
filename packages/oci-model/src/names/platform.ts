import { OciError } from '../errors/oci-error';
import { quote } from '../text/quote';

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

const WORD = /^[A-Za-z0-9_.-]+$/;

const OS_ALIASES: Readonly<Record<string, string>> = { macos: 'darwin' };

// Names used by uname, Debian and Node for architectures that Go, and therefore every image, names differently.
const ARCHITECTURE_ALIASES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  x64: ['amd64'],
  i386: ['386'],
  i486: ['386'],
  i586: ['386'],
  i686: ['386'],
  x86: ['386'],
  ia32: ['386'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armv7l: ['arm', 'v7'],
  armel: ['arm', 'v6'],
  armv6l: ['arm', 'v6'],
  ppc64el: ['ppc64le'],
};

// The variant that is implied when none is given. `arm` means v7, which is always written out; the others are always omitted.
const ARM_DEFAULT_VARIANT = 'v7';
const IMPLIED_VARIANTS: Readonly<Record<string, string>> = { arm64: 'v8', amd64: 'v1' };

/**
 * Reads `os/architecture[/variant]`, in any of the usual spellings: `linux/aarch64` is `linux/arm64`.
 *
 * @throws OciError `PLATFORM_INVALID`
 */
export function parsePlatform(text: string): Platform {
  const parts = text.trim().split('/');
  const [os, architecture, variant] = parts;
  if (os === undefined || architecture === undefined || parts.length > 3 || !parts.every((part) => WORD.test(part))) {
    throw new OciError('PLATFORM_INVALID', `${quote(text)} is not a platform.`, {
      hint: 'Write os/architecture or os/architecture/variant, such as "linux/amd64" or "linux/arm/v7".',
    });
  }
  return normalizePlatform({ os, architecture, ...(variant !== undefined && { variant }) });
}

/** One spelling for each platform: lower case, Go's architecture names, implied variants omitted. */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const written = platform.architecture.toLowerCase();
  const [architecture, implied] = ARCHITECTURE_ALIASES[written] ?? [written];
  const variant = normalizeVariant(architecture, platform.variant?.toLowerCase() ?? implied);
  const { variant: _dropped, ...rest } = platform;
  return { ...rest, os: OS_ALIASES[os] ?? os, architecture, ...(variant !== undefined && { variant }) };
}

/** `linux/arm/v7`; `os.version` and `os.features` are not part of the short form. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/**
 * The descriptor of an index that fits `wanted` best, or `undefined` if none can run there.
 *
 * The same variant is best, then the nearest lower one (arm/v7 runs v6, amd64/v3 runs v1). Attestations, whose
 * platform is `unknown/unknown`, never fit. Of equals the first wins, as the specification requires.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions
 */
export function chooseDescriptor<Offered extends { readonly platform?: Platform }>(
  descriptors: readonly Offered[],
  wanted: Platform,
): Offered | undefined {
  const target = normalizePlatform(wanted);
  const fits = descriptors
    .map((descriptor) => ({ descriptor, distance: distanceOf(descriptor.platform, target) }))
    .filter(({ distance }) => Number.isFinite(distance));
  return fits.sort((one, other) => one.distance - other.distance)[0]?.descriptor;
}

/** 0 for the same platform, more for an older variant of it, infinite if it cannot run. */
function distanceOf(offered: Platform | undefined, target: Platform): number {
  if (offered === undefined) return Infinity;
  const candidate = normalizePlatform(offered);
  if (candidate.os !== target.os || candidate.architecture !== target.architecture) return Infinity;
  if (target['os.version'] !== undefined && candidate['os.version'] !== target['os.version']) return Infinity;
  if (candidate.variant === target.variant) return 0;
  const distance = variantRank(target) - variantRank(candidate);
  return distance >= 0 ? distance : Infinity;
}

/** The number in the variant; NaN for a variant of another form, which fits only itself. */
function variantRank({ architecture, variant }: Platform): number {
  const named = variant ?? IMPLIED_VARIANTS[architecture] ?? 'v0';
  return Number(/^v(\d+(?:\.\d+)?)$/.exec(named)?.[1] ?? NaN);
}

function normalizeVariant(architecture: string, variant: string | undefined): string | undefined {
  if (variant === undefined || variant === '') return architecture === 'arm' ? ARM_DEFAULT_VARIANT : undefined;
  const named = /^\d/.test(variant) ? `v${variant}` : variant;
  return named === IMPLIED_VARIANTS[architecture] ? undefined : named;
}
