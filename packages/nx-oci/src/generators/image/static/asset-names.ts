/** How a bundler names the files that hold a hash of their own content. */
export interface AssetNames {
  readonly bundler: string;
  /** Of paths in URLs; as nginx and JavaScript read it. */
  readonly pattern: string;
}

// `.js`, `.js.map`, `.js.LICENSE.txt`
const EXTENSIONS = String.raw`(?:\.\w+)+$`;

/**
 * The default names of each bundler. A name that matches is kept by browsers for a year, so each pattern is as narrow as its bundler
 * allows: a hashed file that it misses is only asked for again.
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
  /** What is surely a hash, whichever tool put it there. */
  other: { bundler: 'the build', pattern: `[./-][0-9a-f]{16,}${EXTENSIONS}` },
} as const satisfies Readonly<Record<string, AssetNames>>;

export type Bundler = keyof typeof ASSET_NAMES;

/** @param folder `build.assetsDir` */
export function viteNames(folder: string): AssetNames {
  const escaped = folder.replace(/[^\w/-]/g, String.raw`\$&`);
  // A file of `public/assets`, which Vite copies as it is, is usually called by lower-case words: one hash in a thousand is such a word.
  return { bundler: 'Vite', pattern: String.raw`/${escaped}/(?:.+/)?[^/]+-(?=[\w-]{0,7}[A-Z0-9_])[\w-]{8}${EXTENSIONS}` };
}
