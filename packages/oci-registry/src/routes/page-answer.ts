import type { PageContent } from '../page/render/render-page';

/** A page and its status. */
export interface FoundPage {
  readonly status: number;
  readonly content: PageContent;
}

/** The headers of every page. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // Only our own style, script, icon, forms and answers: pushed content is only ever text.
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};
