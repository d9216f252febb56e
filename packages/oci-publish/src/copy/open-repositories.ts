import { type Destination } from '../publish/destination/destination';
import { type CopyContext } from './source/copy-context';
import { type CopyRequest } from './job/copy-job';
import { entryFor } from './job/read-target';

/** Every repository that a request reads or writes, as something to wait for: Nx may just have started its registry. */
export function openRepositories({ jobs, entries }: CopyRequest, { client }: Pick<CopyContext, 'client'>): readonly Destination[] {
  const places = jobs.flatMap(({ source, targets }) => [{ ...source, entry: entryFor(source, entries) }, ...targets]);
  return places.map(({ entry, registry, repository }) => ({ entry, repository: client.repository({ registry, repository }) }));
}
