import { OciError, type OciErrorCode } from '@nx-oci/model';

import { lastLines, toolFailure, type ToolCall, type ToolOutcome, type ToolPurpose } from '../run-tool';

export interface RegistryFailure {
  readonly call: ToolCall;
  readonly outcome: ToolOutcome;
  readonly purpose: ToolPurpose;
  /** `host[:port]` of the registry that the engine talked to. */
  readonly host: string;
}

interface Explanation {
  /** Words of dockerd 20.10 to 29 and of the registries that it quotes. */
  readonly says: RegExp;
  readonly code: OciErrorCode;
  readonly hint: (host: string) => string;
}

// The first one that fits counts: a 401 behind a TLS failure is no 401.
const EXPLANATIONS: readonly Explanation[] = [
  {
    says: /server gave HTTP response to HTTPS client/i,
    code: 'PROTOCOL_MISMATCH',
    hint: (host) =>
      `${host} speaks plain HTTP. Docker Engine allows that on 127.0.0.0/8 alone: add ${host} to "insecure-registries" in the engine's daemon.json and restart it, or let the registry speak HTTPS, or set \`engine\` to \`native\`.`,
  },
  {
    says: /x509:|certificate|tls: /i,
    code: 'TLS_UNTRUSTED',
    hint: (host) =>
      `The engine pushes by itself and trusts its own machine's authorities: put the registry's CA into /etc/docker/certs.d/${host}/ca.crt there.`,
  },
  {
    says: /unauthorized|no basic auth credentials|authentication required|incorrect username or password|401 /i,
    code: 'UNAUTHORIZED',
    hint: (host) => `Check \`auth\` of ${host} in registries.yaml, or run \`docker login ${host}\`.`,
  },
  {
    says: /denied|forbidden|403 |insufficient_scope/i,
    code: 'DENIED',
    hint: (host) => `The login is known to ${host} but may not push there: check the rights of the token and the namespace.`,
  },
  {
    says: /toomanyrequests|too many requests/i,
    code: 'RATE_LIMITED',
    hint: (host) => `${host} asks for patience: run it again later.`,
  },
  {
    says: /connection refused|no such host|no route to host|i\/o timeout|deadline exceeded|connection reset/i,
    code: 'REGISTRY_UNREACHABLE',
    hint: (host) =>
      `Docker Engine has to reach ${host} from where it runs (a virtual machine or another host, perhaps): check the name and the port.`,
  },
];

/** Tells what a failed `docker login` or `docker push` means: the engine talks to the registry, and we only read its words. */
export function explainRegistryFailure({ call, outcome, purpose, host }: RegistryFailure): OciError {
  const said = `${outcome.stdout}\n${outcome.stderr}`;
  const explanation = EXPLANATIONS.find(({ says }) => says.test(said));
  if (explanation === undefined) return toolFailure(call, outcome, purpose);
  const message = `Cannot ${purpose.purpose}: Docker Engine was refused.\n${lastLines(outcome)}`;
  return new OciError(explanation.code, message, { hint: explanation.hint(host) });
}
