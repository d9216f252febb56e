import { type RawRegistry } from '@nx-oci/publish';

import { type RepositoryFacts } from '../repository-facts';

/** A kind of registry: what its entry needs, and what its users must know. */
export interface RegistryKind {
  /** As `--kind` takes it; the name of the entry unless `--name` gives another one. */
  readonly name: string;
  /** The product, for the list of a prompt. */
  readonly title: string;
  /** Whether a host is surely one of this kind. */
  readonly isHost?: (host: string) => boolean;
  readonly nameEntry?: (host: string) => string;
  readonly host: EntryPart;
  /** Absent: the entry works without, and only `--namespace` sets it. */
  readonly namespace?: EntryPart;
  /**
   * The variables of its login. Absent: its passwords are too short-lived to be stored, so that the login of Docker is used.
   *
   * @param prefix of variables named after the entry: `CORP_EU`
   */
  readonly auth?: (prefix: string, host: string) => RawRegistry['auth'];
  /** Other hosts that may receive the login, such as its token service. */
  readonly trustedHosts?: (facts: RepositoryFacts, host: string) => readonly string[];
  /** What its product would refuse, each as `what is wrong → what to write`; hosts that are not known to be of it may be a proxy. */
  readonly findProblems?: (host: string, namespace: string | undefined) => readonly string[];
  /** Whether a push fails unless the repository of each image was created before. */
  readonly hasRepositoryPerImage?: boolean;
  readonly advise: (context: AdviceContext) => Advice;
}

/** The host or the namespace of an entry: where it is known from, or how to ask for it. */
export interface EntryPart {
  /** `undefined`: must be given. */
  readonly derive?: (facts: RepositoryFacts, host: string) => string | undefined;
  /** By default always. */
  readonly isNeeded?: (host: string) => boolean;
  /** What it is, without a question mark: `Name of the registry`. */
  readonly question: string;
  readonly example: string;
  /** What a short form stands for: `acme` for `acme.azurecr.io`. */
  readonly complete?: (written: string) => string;
}

export interface AdviceContext {
  readonly host: string;
  /** `''` if there is none. */
  readonly namespace: string;
  /** The names of the variables of its login, if it has some. */
  readonly variables: { readonly username: string; readonly password: string };
  readonly facts: RepositoryFacts;
  /** Names of the images of the workspace, as far as known. */
  readonly images: readonly string[];
}

/** What to do for a login, and what the registry does not do: lines for the terminal. */
export interface Advice {
  readonly inGithub: readonly string[];
  readonly inGitlab: readonly string[];
  /** On this machine. */
  readonly here: readonly string[];
  /** What must exist first, what is refused, and what is limited. */
  readonly limits: readonly string[];
}

/** Adds the domain of a hosted registry to a name alone. */
export function withDomain(domain: string): (written: string) => string {
  return (written) => (/^[\w-]+$/.test(written) && written !== 'localhost' ? `${written}${domain}` : written);
}

/** A login with variables named after the entry. */
export function namedLogin(prefix: string): RawRegistry['auth'] {
  return { username: `\${${prefix}_USERNAME}`, password: `\${${prefix}_TOKEN}` };
}

/** What a job of GitHub Actions needs to authenticate at a cloud without a stored secret. */
export const OIDC_PERMISSIONS: readonly string[] = ['  permissions:', '    contents: read', '    id-token: write'];
