import type { Answer } from '../http/answer';
import type { ProfileSettings, Quirk, Visit } from './registry-profile';

/** A push makes no repository: what is not among those that were made beforehand is refused. */
export function onlyMadeRepositories({ repositories }: ProfileSettings, answer: (visit: Visit) => Answer): Quirk {
  return (visit, next) => {
    const { repository } = visit.route;
    const isMade = repository === '' || repositories === undefined || repositories.includes(repository);
    return isMade ? next() : Promise.resolve(answer(visit));
  };
}
