import type { Answer } from '../http/answer';
import { refuse } from '../http/protocol-error';
import { ASSETS, ASSET_VERSION } from '../page/assets/assets';
import type { Call, Methods } from './call';

/** The style, script and icon of the web page. */
export const assetRoutes: Methods = { GET: readAsset };

function readAsset({ reference, request }: Call): Promise<Answer> {
  const asset = ASSETS.get(reference);
  if (!asset) return Promise.resolve(refuse('NAME_UNKNOWN', 'Unknown path.'));
  const isCurrent = request.query.has(ASSET_VERSION);
  const headers = {
    'content-type': asset.mediaType,
    'x-content-type-options': 'nosniff',
    // Of another version, the address may mean something else.
    'cache-control': isCurrent ? 'max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': "default-src 'none'; sandbox",
  };
  return Promise.resolve({ status: 200, headers, body: asset.text });
}
