/** How a bundler names files with a hash of their content. */
export interface AssetNames {
  readonly bundler: string;
  /** Matches paths in URLs; valid in both nginx and JavaScript. */
  readonly pattern: string;
}

// `.js`, `.js.map`, `.js.LICENSE.txt`
const EXTENSIONS = String.raw`(?:\.\w+)+$`;

/**
 * The default names of each bundler. Browsers cache a matching file for a year, so each pattern is as narrow as its bundler
 * allows: a hashed file that does not match is only requested again.
 */
export const ASSET_NAMES = {
  /** `/assets/index-CATOuRku.js`: Rollup and Rolldown, 8 of base64url. */
  vite: viteNames('assets'),
  /** `/main-5QXGHKJS.js`: esbuild, 8 of base32. */
  angular: { bundler: 'Angular', pattern: `-[A-Z2-7]{8}${EXTENSIONS}` },
  /** `/main.0123456789abcdef.js`, `/0123456789abcdef0123.png` */
  webpack: { bundler: 'webpack', pattern: `[./-][0-9a-f]{16,}${EXTENSIONS}` },
  rspack: { bundler: 'Rspack', pattern: `[./-][0-9a-f]{16,}${EXTENSIONS}` },
  /** `/static/js/index.01234567.js` */
  rsbuild: { bundler: 'Rsbuild', pattern: String.raw`/static/.+\.[0-9a-f]{8,10}${EXTENSIONS}` },
  /** A part that is certainly a hash, whatever the tool. */
  other: { bundler: 'the build', pattern: `[./-][0-9a-f]{16,}${EXTENSIONS}` },
} as const satisfies Readonly<Record<string, AssetNames>>;

export type Bundler = keyof typeof ASSET_NAMES;

/** @param folder `build.assetsDir` */
export function viteNames(folder: string): AssetNames {
  const escaped = folder.replace(/[^\w/-]/g, String.raw`\$&`);
  // Files of `public/assets`, which Vite copies unchanged, usually have lower-case words as names: one hash in a thousand looks
  // like that.
  return { bundler: 'Vite', pattern: String.raw`/${escaped}/(?:.+/)?[^/]+-(?=[\w-]{0,7}[A-Z0-9_])[\w-]{8}${EXTENSIONS}` };
}
