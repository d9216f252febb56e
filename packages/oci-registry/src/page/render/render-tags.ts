import { specificTag, type TagGroup, type TagPage } from '../gather/gather-tags';
import { html, type Html } from './html';
import { addressOf } from './page-address';
import { printCount, printGrowth, printSize } from './print-amount';
import type { PageContent } from './render-page';
import { NOTHING, renderDigest, renderGrowth, renderPager, renderSearch, renderTime } from './render-parts';

/** More tags of one image fill a page, and can be searched for. */
const CHIPS = 30;

export function renderTags(page: TagPage): PageContent {
  const { repository, searched, known, items } = page;
  return {
    title: repository,
    path: [{ text: 'Repositories', query: {} }],
    controls:
      known === 0
        ? NOTHING
        : html`<div class="controls">${renderSearch('Search tags', searched, repository)}${renderCompareForm(page)}</div>`,
    content:
      items.length === 0
        ? html`<p class="card empty">${known === 0 ? 'This repository has no tags.' : `No tag has “${searched}” in its name.`}</p>`
        : renderGroups(page),
  };
}

function renderGroups(page: TagPage): Html {
  const { repository, searched, groups, total } = page;
  return html`<p class="soft count">${printCount(total, 'tag')}, the newest first</p>
    <ol class="groups">
      ${groups.map((group) => renderGroup(repository, group))}
    </ol>
    ${renderPager(page, { repository, q: searched }, ['tag', 'tags'])}`;
}

function renderGroup(repository: string, { digest, tags, description, growthBytes, before }: TagGroup): Html {
  const { summary, platforms, sizeBytes, kind } = description;
  const what = kind === 'index' && platforms.length > 0 ? platforms.join(', ') : summary;
  return html`<li class="card group">
    <div>
      ${renderChips(repository, tags)}
      <p class="soft">${what} · ${renderDigest(digest)}</p>
    </div>
    <p class="facts">
      <span class="size">${sizeBytes === undefined ? NOTHING : printSize(sizeBytes)}</span>
      ${
        before === undefined || growthBytes === undefined
          ? NOTHING
          : html`<a
              href="${addressOf({ repository, compare: before, with: specificTag(tags) })}"
              aria-label="${printGrowth(growthBytes)}: compare ${specificTag(tags)} with ${before}"
              >${renderGrowth(growthBytes)}</a
            >`
      }
      <span class="soft">${renderTime(tags[0]?.setAt)}</span>
    </p>
  </li>`;
}

/** The tags of one image. */
export function renderChips(repository: string, tags: TagGroup['tags']): Html {
  return html`<ul class="chips" aria-label="Tags">
    ${tags.slice(0, CHIPS).map(({ tag }) => html`<li><a class="chip" href="${addressOf({ repository, image: tag })}">${tag}</a></li>`)}
    ${tags.length > CHIPS ? html`<li class="soft">and ${printCount(tags.length - CHIPS)} more</li>` : NOTHING}
  </ul>`;
}

function renderCompareForm({ repository, groups }: TagPage): Html {
  const [after, before] = groups;
  return after && before ? renderCompare(repository, specificTag(before.tags), specificTag(after.tags)) : NOTHING;
}

/** Fields for two tags. */
export function renderCompare(repository: string, before: string, after: string): Html {
  return html`<form class="compare" action="/" aria-label="Compare two tags">
    <input type="hidden" name="repository" value="${repository}" />
    <label for="compare">Compare</label>
    <input id="compare" name="compare" value="${before}" required maxlength="200" autocomplete="off" spellcheck="false" />
    <label for="with">with</label>
    <input id="with" name="with" value="${after}" required maxlength="200" autocomplete="off" spellcheck="false" />
    <button>Compare</button>
  </form>`;
}
