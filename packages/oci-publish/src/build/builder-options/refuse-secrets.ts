import { redactPatterns } from '@nx-oci/model';

import { findSecretNames } from '../../secrets/refuse-secret-names';
import type { ReportProblem } from '../option-problems';
import type { WrittenOptions } from '../written-options';

interface PublicText {
  /** `buildContexts.shared` */
  readonly option: string;
  readonly text: string;
  /** What to do instead. */
  readonly instead: string;
}

// A shorter one may be an ordinary word, which a default of the Dockerfile may be, too.
const SHORTEST_CREDENTIAL = 16;

/** Refuses secrets in options that become arguments of a program, or of the build: every user of the machine sees them there. */
export function refuseSecrets(written: WrittenOptions, reportProblem: ReportProblem): void {
  const { cacheFrom = [], cacheTo = [], buildContexts = {}, extraArguments = [], addHosts = [], buildArgs = {} } = written;
  const fromEnvironment = 'remove it: builders take it from the environment, and logins from `auth` of registries.yaml';
  const texts: readonly PublicText[] = [
    ...cacheFrom.map((text) => ({ option: 'cacheFrom', text, instead: fromEnvironment })),
    ...cacheTo.map((text) => ({ option: 'cacheTo', text, instead: fromEnvironment })),
    ...Object.entries(buildContexts).map(([name, text]) => ({
      option: `buildContexts.${name}`,
      text,
      instead: 'pass it by `secrets`, or use `ssh`',
    })),
    ...extraArguments.map((text) => ({ option: 'extraArguments', text, instead: 'remove it' })),
    ...addHosts.map((text) => ({ option: 'addHosts', text, instead: 'remove it' })),
  ];
  for (const { option, text, instead } of texts) {
    if (looksSecret(text)) reportProblem(`\`${option}\` contains a login or a token, which would be visible to others → ${instead}`);
    else findSecretNames([{ kind: `\`${option}\``, text }]).forEach(reportProblem);
  }
  for (const [name, value] of Object.entries(buildArgs)) {
    if (typeof value === 'string' && isSecretArgument(value))
      reportProblem(`\`buildArgs.${name}\` contains a token, which the history of the image would show → use \`secrets\``);
  }
}

/** A login in a URL is often the default of a test database. */
function isSecretArgument(value: string): boolean {
  const withoutLogins = value.replace(/:\/\/[^\s/@]*:[^\s/@]*@/g, '://');
  return looksSecret(withoutLogins) || (value.length >= SHORTEST_CREDENTIAL && findSecretNames([{ kind: '', text: value }]).length > 0);
}

/** A user's name alone is none, unless it has the form of a token. */
function looksSecret(text: string): boolean {
  const apart = text.replace(/:\/\/([^\s/@:]*)@/g, ':// $1 ');
  return redactPatterns(apart) !== apart || /[?&](?:sig|signature|x-amz-signature|(?:access_?|private_?)?token|password)=./i.test(text);
}
