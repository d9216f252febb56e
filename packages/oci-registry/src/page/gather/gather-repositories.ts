import { eachOf } from '../../storage/each-of';
import type { RepositorySummary } from '../../overview/registry-overview';
import type { Description } from './descriptions';
import type { PageState } from './page-state';
import { slicePage, type Slice } from './slice-page';

export const REPOSITORIES_PER_PAGE = 50;

/** One row of the list of repositories. */
export interface RepositoryRow extends RepositorySummary {
  /** Of the newest tag. */
  readonly description: Description | undefined;
}

/** One page of the repositories whose names contain the searched text. */
export interface RepositoryPage extends Slice<RepositoryRow> {
  readonly searched: string;
  /** The number of all repositories. */
  readonly known: number;
}

export async function gatherRepositories(state: PageState, searched: string, page: number): Promise<RepositoryPage> {
  const all = await state.overview.repositories();
  const wanted = searched.toLowerCase();
  const slice = slicePage(wanted === '' ? all : all.filter(({ name }) => name.includes(wanted)), page, REPOSITORIES_PER_PAGE);
  const items = await eachOf(slice.items, async (summary) => ({
    ...summary,
    description: summary.newest && (await state.descriptions.of(summary.newest.digest)),
  }));
  return { ...slice, items, searched, known: all.length };
}
