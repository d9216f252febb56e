import { digestOf, hexOf } from '@nx-oci/model';

import { ICON } from './icon';
import { SCRIPT } from './script';
import { STYLE } from './style';

/** A file that pages use. */
export interface Asset {
  readonly mediaType: string;
  readonly text: string;
}

/** By name: `style.css`. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['style.css', { mediaType: 'text/css; charset=utf-8', text: STYLE }],
  ['script.js', { mediaType: 'text/javascript; charset=utf-8', text: SCRIPT }],
  ['icon.svg', { mediaType: 'image/svg+xml', text: ICON }],
]);

/** In the address of each asset, so that a browser can keep it until another version of this package is served. */
export const ASSET_VERSION = hexOf(digestOf(STYLE + SCRIPT + ICON)).slice(0, 12);
