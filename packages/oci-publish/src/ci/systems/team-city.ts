import { type CiFacts, type Environment } from '../facts/ci-facts';
import { present } from '../facts/present';

/**
 * BUILD_VCS_NUMBER, the commit, if a build has one repository. The branch (`teamcity.build.branch`) and the number of a pull
 * request are parameters of the configuration, which processes only see if the configuration passes them on.
 *
 * @see https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html
 */
export function readTeamCity(env: Environment): CiFacts | undefined {
  if (!env['TEAMCITY_VERSION']) return undefined;
  return { system: 'TeamCity', event: 'other', ...present({ commit: env['BUILD_VCS_NUMBER'] }) };
}
