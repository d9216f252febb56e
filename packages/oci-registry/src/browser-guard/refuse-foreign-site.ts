import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import { refuse } from '../http/protocol-error';
import { hasHost, parseHostName } from './host-name';
import { isOwnName, type SiteRules } from './site-rules';

/**
 * The answer to a request that a foreign web page makes in a browser; `undefined` for all others. Registry clients send
 * neither `Origin` nor `Sec-Fetch-Site`; browsers always do for requests that can change something.
 */
export function refuseForeignSite(request: RegistryRequest, rules: SiteRules): Answer | undefined {
  const { host } = request.headers;
  if (!isOwnName(host, rules)) {
    return refuse('DENIED', `This registry does not answer to ${cut(host)}. Use localhost, or start it with that name as an allowed host.`);
  }
  if (isForeignOrigin(request, rules) || isForeignFetch(request)) {
    return refuse('DENIED', 'This registry does not accept requests from other web sites.');
  }
  return undefined;
}

function isForeignOrigin({ headers }: RegistryRequest, { allowedHosts }: SiteRules): boolean {
  const { origin, host = '' } = headers;
  if (origin === undefined) return false;
  // `null`, of a sandboxed frame or a file, is not a URL.
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url) return true;
  const own = `${url.protocol}//${host}`;
  if (URL.canParse(own) && new URL(own).host === url.host && url.host !== '') return false;
  // Behind a proxy that changes `Host`, the page has an allowed name.
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
