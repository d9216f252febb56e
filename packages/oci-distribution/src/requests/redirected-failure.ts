import { type RegistryHost } from './registry-host';
import { FailedAttempt } from '../attempts/failed-attempt';

/** Adds to a failure that it is from a server that the registry redirected to, with a matching hint: a login does not help there. */
export function describeRedirectedFailure(failure: FailedAttempt, url: URL, { name }: Pick<RegistryHost, 'name'>): FailedAttempt {
  const { happened, hint } = failure.details;
  return new FailedAttempt({
    ...failure.details,
    happened: `${name} redirected to ${url.host}, and ${happened}`,
    hint: hintFor(failure, url, name) ?? hint,
  });
}

function hintFor({ details: { code, outcome } }: FailedAttempt, { host }: URL, name: string): string | undefined {
  if (code === 'REGISTRY_UNREACHABLE')
    return `Check whether this machine can reach ${host} (firewall, proxy, VPN), or configure ${name} to serve its content itself (distribution: storage.redirect.disable).`;
  if (outcome.kind !== 'answer' || (outcome.status !== 401 && outcome.status !== 403)) return undefined;
  return `${host} needs no login, but it refused the signed URL of ${name}. The URL may have expired: try again, and check the clock of the registry and its connection to the storage.`;
}
