import { type CiFacts, type Environment } from '../facts/ci-facts';
import { present } from '../facts/present';

/**
 * BUILD_VCS_NUMBER, the commit, where a build has one repository. What is built (`teamcity.build.branch`, a pull request's number) is a
 * parameter of the configuration, which no process sees unless the configuration passes it on.
 *
 * @see https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html
 */
export function readTeamCity(env: Environment): CiFacts | undefined {
  if (!env['TEAMCITY_VERSION']) return undefined;
  return { system: 'TeamCity', event: 'other', ...present({ commit: env['BUILD_VCS_NUMBER'] }) };
}
