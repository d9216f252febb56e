import { html, type Html } from './html';

/** A part of the registry's page. */
export interface PagePart {
  /** Absent for the list of repositories. */
  readonly repository?: string;
  /** The first repository or tag; absent for the first page. */
  readonly from?: string;
}

export function renderLink(text: string, part: PagePart): Html {
  return html`<a href="${addressOf(part)}">${text}</a>`;
}

/** Links to the first and the next page, and a field for another start; nothing if everything fits on one page. */
export function renderPager(label: string, { repository, from, next }: PagePart & { readonly next: string | undefined }): Html {
  if (!from && next === undefined) return html``;
  return html`<nav aria-label="Pages">
    ${from ? renderLink('First page', { repository }) : html``}
    ${next === undefined ? html`` : renderLink('Next page', { repository, from: next })}
    <form>
      ${repository === undefined ? html`` : html`<input type="hidden" name="repository" value="${repository}" />`}
      <label>${label} <input name="from" value="${from ?? ''}" /></label>
      <button>Show</button>
    </form>
  </nav>`;
}

function addressOf({ repository, from }: PagePart): string {
  const query = new URLSearchParams({ ...(repository && { repository }), ...(from && { from }) }).toString();
  return query === '' ? '/' : `/?${query}`;
}
