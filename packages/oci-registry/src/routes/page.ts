import { ownHost } from '../http/own-host';
import { gatherOverview } from '../page/gather-overview';
import { renderPage } from '../page/render-page';
import type { Methods } from './call';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // No script, no picture, no frame: whatever somebody pushed can at most be read.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** What a person sees who opens the registry in a browser. */
export const pageRoutes: Methods = {
  GET: async ({ state, request }) => ({
    status: 200,
    headers: HEADERS,
    body: renderPage(await gatherOverview(state.storage), ownHost(request)),
  }),
};
