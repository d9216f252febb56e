import type { RepositoryPage, RepositoryRow } from '../gather/gather-repositories';
import { html, type Html } from './html';
import { printCount, printSize } from './print-amount';
import type { PageContent } from './render-page';
import { NOTHING, renderCopy, renderLink, renderPager, renderSearch, renderTime } from './render-parts';

export function renderRepositories(page: RepositoryPage, host: string): PageContent {
  const { known, searched } = page;
  return {
    title: 'Repositories',
    path: [],
    controls: known === 0 ? NOTHING : renderSearch('Search repositories', searched),
    content: known === 0 ? renderFirstPush(host) : renderFound(page),
  };
}

function renderFirstPush(host: string): Html {
  const command = `docker tag my-image ${host}/my-image && docker push ${host}/my-image`;
  return html`<div class="card empty">
    <p>Nothing was published yet. To begin:</p>
    <p class="command"><code>${command}</code>${renderCopy(command, 'command')}</p>
  </div>`;
}

function renderFound(page: RepositoryPage): Html {
  const { items, searched } = page;
  if (items.length === 0) return html`<p class="card empty">No repository has “${searched}” in its name.</p>`;
  return html`<div class="card table">
      <table class="repositories">
        <thead>
          <tr>
            <th scope="col">Repository</th>
            <th scope="col" class="wide">Newest tag</th>
            <th scope="col" class="number wide">Tags</th>
            <th scope="col" class="number">Size</th>
            <th scope="col" class="number">Pushed</th>
          </tr>
        </thead>
        <tbody>
          ${items.map(renderRow)}
        </tbody>
      </table>
    </div>
    ${renderPager(page, { q: searched }, ['repository', 'repositories'])}`;
}

function renderRow({ name, tagCount, newest, description }: RepositoryRow): Html {
  const size = description?.sizeBytes === undefined ? '' : printSize(description.sizeBytes);
  return html`<tr>
    <th scope="row">
      ${renderLink(name, { repository: name })}
      <span class="narrow soft">${newest === undefined ? 'no tags' : `${newest.tag} · ${printCount(tagCount, 'tag')}`}</span>
    </th>
    <td class="wide">
      ${newest === undefined ? html`<span class="soft">none</span>` : renderLink(newest.tag, { repository: name, image: newest.tag })}
    </td>
    <td class="number wide">${printCount(tagCount)}</td>
    <td class="number">${size}</td>
    <td class="number">${renderTime(newest?.setAt)}</td>
  </tr>`;
}
