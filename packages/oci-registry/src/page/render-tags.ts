import type { TagOverview, TagPage } from './gather-tags';
import { html, type Html } from './html';
import { renderPager } from './page-link';
import { printCount, printSize } from './print-amount';

/** The tags of a repository, links to further pages, and the command to pull a tag. */
export function renderTags(page: TagPage, host: string): Html {
  const { repository, tags, from, next, totalTags } = page;
  if (totalTags === 0) return html`<p>No tags.</p>`;
  return html`${renderPlace(page)} ${tags.length === 0 ? html`` : renderTable(tags)} ${renderPager('Tags from', { repository, from, next })}
  ${tags.length === 0 ? html`` : html`<p><code>docker pull ${host}/${repository}:${tags[0]?.tag ?? ''}</code></p>`}`;
}

function renderPlace({ from, start, end, totalTags, order }: TagPage): Html {
  if (order === 'newest') return html``;
  if (start === end) return html`<p>None of ${printCount(totalTags, 'tag')} comes after “${from}” in the order of names.</p>`;
  return html`<p>${printCount(start + 1)} to ${printCount(end)} of ${printCount(totalTags, 'tag')}, by name</p>`;
}

function renderTable(tags: readonly TagOverview[]): Html {
  return html`<div>
    <table class="tags">
      <tr>
        <th scope="col">Tag</th>
        <th scope="col">What</th>
        <th scope="col">Size</th>
        <th scope="col">Set</th>
        <th scope="col">Digest</th>
      </tr>
      ${tags.map(renderTag)}
    </table>
  </div>`;
}

function renderTag({ tag, kind, sizeBytes, setAt, digest }: TagOverview): Html {
  return html`<tr>
    <td><strong>${tag}</strong></td>
    <td>${kind}</td>
    <td class="size">${sizeBytes === undefined ? '' : printSize(sizeBytes)}</td>
    <td class="size">${setAt.slice(0, 16).replace('T', ' ')} UTC</td>
    <td><code>${digest}</code></td>
  </tr>`;
}
