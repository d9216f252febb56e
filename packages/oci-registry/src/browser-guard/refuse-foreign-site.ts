import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import { refuse } from '../http/protocol-error';
import { hasHost, parseHostName } from './host-name';
import { isOwnName, type SiteRules } from './site-rules';

/**
 * The answer for a request that a foreign web page makes in somebody's browser; `undefined` for all others. Registry
 * clients send no `Origin` and no `Sec-Fetch-Site`, browsers always do for what can change something.
 */
export function refuseForeignSite(request: RegistryRequest, rules: SiteRules): Answer | undefined {
  const { host } = request.headers;
  if (!isOwnName(host, rules)) {
    return refuse(
      'DENIED',
      `This registry does not answer to ${cut(host)}. Ask for localhost, or start it with that name as an allowed host.`,
    );
  }
  if (isForeignOrigin(request, rules) || isForeignFetch(request)) {
    return refuse('DENIED', 'This registry takes no requests from web pages of another site.');
  }
  return undefined;
}

function isForeignOrigin({ headers }: RegistryRequest, { allowedHosts }: SiteRules): boolean {
  const { origin, host = '' } = headers;
  if (origin === undefined) return false;
  // `null`, of a sandboxed frame or a file, is no URL.
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url) return true;
  const own = `${url.protocol}//${host}`;
  if (URL.canParse(own) && new URL(own).host === url.host && url.host !== '') return false;
  // Behind a proxy that changes `Host` the page has the name that was allowed.
  const name = parseHostName(url.host);
  return (
    name === undefined ||
    !hasHost(
      allowedHosts.filter((entry) => entry !== '*'),
      name,
    )
  );
}

// A link to our page is followed with GET, and changes nothing.
function isForeignFetch({ headers, method }: RegistryRequest): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (site === undefined || site === 'none' || site === 'same-origin') return false;
  return !(mode === 'navigate' && (method === 'GET' || method === 'HEAD'));
}

function cut(host = ''): string {
  return JSON.stringify(host.slice(0, 100));
}
