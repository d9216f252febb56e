import { MAX_COUNTED_TAGS, type RepositoryOverview, type RepositoryPage } from './gather-repositories';
import { html, type Html } from './html';
import { renderLink, renderPager } from './page-link';
import { printCount } from './print-amount';
import { renderTags } from './render-tags';

/** The repositories of a page, with their tags if these were read, else as links. */
export function renderRepositories({ repositories, from, next }: RepositoryPage, host: string): Html {
  if (repositories.length === 0) return from === '' ? renderNothing(host) : renderEnd(from);
  const areRead = repositories.every(({ tags }) => tags !== undefined);
  return html`${areRead ? repositories.map((one) => renderWithTags(one, host)) : renderList(repositories)}
  ${renderPager('Repositories from', { from, next })}`;
}

function renderNothing(host: string): Html {
  return html`<p>Nothing was published yet. To begin:</p>
    <p><code>docker tag my-image ${host}/my-image &amp;&amp; docker push ${host}/my-image</code></p>`;
}

function renderEnd(from: string): Html {
  return html`<p>No repository comes after “${from}” in the order of names.</p>
    ${renderPager('Repositories from', { from, next: undefined })}`;
}

function renderWithTags({ name, tags }: RepositoryOverview, host: string): Html {
  return html`<h2>${renderLink(name, { repository: name })}</h2>
    ${tags ? renderTags(tags, host) : html``}`;
}

function renderList(repositories: readonly RepositoryOverview[]): Html {
  return html`<div>
    <table>
      <tr>
        <th scope="col">Repository</th>
        <th scope="col">Tags</th>
      </tr>
      ${repositories.map(
        ({ name, tagCount }) =>
          html`<tr>
            <td>${renderLink(name, { repository: name })}</td>
            <td class="size">${tagCount < MAX_COUNTED_TAGS ? tagCount : `${printCount(MAX_COUNTED_TAGS)} or more`}</td>
          </tr>`,
      )}
    </table>
  </div>`;
}
