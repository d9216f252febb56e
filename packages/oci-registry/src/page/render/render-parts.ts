import { shortDigest, type Digest } from '@nx-oci/model';

import { webAddress } from '../gather/commit-link';
import { cutText } from './cut-text';
import { html, type Html } from './html';
import { addressOf, type PageQuery } from './page-address';
import { printCount, printGrowth, printTime } from './print-amount';
import { MAX_ENTRIES } from '../gather/entry-limit';
import type { Slice } from '../gather/slice-page';

export const NOTHING = html``;

/** Of a text that is usually a word: a platform, a version, a type. */
export const WORD_LENGTH = 100;

export function renderLink(text: string, query: PageQuery): Html {
  return html`<a href="${addressOf(query)}">${text}</a>`;
}

/** A button that copies a text; only a browser with scripts shows it. */
export function renderCopy(text: string, what: string): Html {
  return html`<button type="button" class="copy" data-copy="${text}" aria-label="Copy ${what}" title="Copy ${what}" hidden></button>`;
}

/** `sha256:a1b2c3d4e5f6`, with a button that copies the whole digest. */
export function renderDigest(digest: Digest, query?: PageQuery): Html {
  const short = html`<code title="${digest}">${shortDigest(digest)}</code>`;
  const shown = query ? html`<a href="${addressOf(query)}">${short}</a>` : short;
  return html`<span class="digest">${shown}${renderCopy(digest, `digest ${shortDigest(digest)}`)}</span>`;
}

/**
 * A moment; scripts replace the text with `3 minutes ago`. Builders that give the same bytes each time write the beginning of 1970
 * or, in Go, of year 1, which says nothing about when.
 */
export function renderTime(time: string | undefined): Html {
  if (time === undefined) return NOTHING;
  const shown = printTime(time);
  if (shown !== time && Date.parse(time) <= 0) return html`<span class="soft" title="${shown}">not recorded</span>`;
  return shown === time
    ? html`<span class="no-time">${cutText(time, WORD_LENGTH)}</span>`
    : html`<time datetime="${time}" title="${shown}">${shown}</time>`;
}

/** A bar of a share from 0 to 1. The number beside it says the same, so that readers without pictures miss nothing. */
export function renderBar(share: number, kind: 'plain' | 'added' | 'removed' | 'shared' = 'plain'): Html {
  // A style attribute would need `unsafe-inline`; the attribute of a picture does not.
  const width = `${Math.max(0.5, Math.min(100, share * 100)).toFixed(1)}%`;
  return html`<svg class="bar ${kind}" aria-hidden="true" focusable="false"><rect width="${width}" height="100%" rx="3" /></svg>`;
}

export function renderGrowth(bytes: number | undefined): Html {
  if (bytes === undefined) return NOTHING;
  const kind = bytes === 0 ? 'same' : bytes > 0 ? 'more' : 'less';
  return html`<span class="growth ${kind}">${printGrowth(bytes)}</span>`;
}

/** A value that is an address becomes a link, unless it is too long to be shown. */
export function renderValue(value: string): Html {
  const shown = cutText(value);
  const address = shown === value ? webAddress(value) : undefined;
  return address === undefined ? html`${shown}` : html`<a href="${address}" rel="noreferrer nofollow">${shown}</a>`;
}

/** Says that lists of an image are not shown to their end. */
export function renderOmitted(omitted: number): Html {
  if (omitted === 0) return NOTHING;
  return html`<p class="card soft">
    Of each list, the first ${printCount(MAX_ENTRIES)} entries are shown; ${printCount(omitted, 'more is', 'more are')} in the image.
  </p>`;
}

/** A part of a page with a heading. */
export function renderSection(id: string, title: string, content: Html): Html {
  return html`<section class="card" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section>`;
}

/** A field that searches as one types, or with its button. */
export function renderSearch(label: string, searched: string, repository?: string): Html {
  return html`<form class="search" role="search" action="/" data-search>
    ${repository === undefined ? NOTHING : html`<input type="hidden" name="repository" value="${repository}" />`}
    <label for="q">${label}</label>
    <input type="search" id="q" name="q" value="${searched}" autocomplete="off" spellcheck="false" maxlength="200" />
    <button>Search</button>
  </form>`;
}

/** Links to the pages before and after, and which one this is. */
export function renderPager({ page, pageCount, start, items, total }: Slice<unknown>, query: PageQuery, noun: [string, string]): Html {
  if (pageCount <= 1) return NOTHING;
  const [newer, older] = [page > 1, page < pageCount];
  return html`<nav class="pager" aria-label="Pages">
    ${newer ? html`<a rel="prev" href="${addressOf({ ...query, page: page - 1 })}">← Newer</a>` : html`<span></span>`}
    <span>${printCount(start + 1)} to ${printCount(start + items.length)} of ${printCount(total, ...noun)}</span>
    ${older ? html`<a rel="next" href="${addressOf({ ...query, page: page + 1 })}">Older →</a>` : html`<span></span>`}
  </nav>`;
}
