import type { Answer } from '../http/answer';
import type { ProfileSettings, Quirk, Visit } from './registry-profile';

/** A push does not create a repository: others than the existing ones are refused. */
export function onlyMadeRepositories({ repositories }: ProfileSettings, answer: (visit: Visit) => Answer): Quirk {
  return (visit, next) => {
    const { repository } = visit.route;
    const isMade = repository === '' || repositories === undefined || repositories.includes(repository);
    return isMade ? next() : Promise.resolve(answer(visit));
  };
}
