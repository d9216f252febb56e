import { type RegistryHost } from './registry-host';
import { FailedAttempt } from '../attempts/failed-attempt';

/** Says that a failure is of a server that a registry sent us to, with what helps there: a login of the registry does not. */
export function blameElsewhere(failure: FailedAttempt, url: URL, { name }: Pick<RegistryHost, 'name'>): FailedAttempt {
  const { happened, hint } = failure.details;
  return new FailedAttempt({
    ...failure.details,
    happened: `${name} sent us to ${url.host}, and ${happened}`,
    hint: hintFor(failure, url, name) ?? hint,
  });
}

function hintFor({ details: { code, outcome } }: FailedAttempt, { host }: URL, name: string): string | undefined {
  if (code === 'REGISTRY_UNREACHABLE')
    return `Check whether this machine may reach ${host} (firewall, proxy, VPN), or have ${name} serve its content itself (distribution: storage.redirect.disable).`;
  if (outcome.kind !== 'answer' || (outcome.status !== 401 && outcome.status !== 403)) return undefined;
  return `No login is shown to ${host}: the address that ${name} made for it was refused. It may have expired: try again, and check the clock of the registry and how it is connected to its storage.`;
}
