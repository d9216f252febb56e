import { html } from './html';
import type { PageContent } from './render-page';

/** What was asked for does not exist. */
export function renderMissing(text: string, repository?: string): PageContent {
  return {
    title: 'Not found',
    path: [{ text: 'Repositories', query: {} }, ...(repository === undefined ? [] : [{ text: repository, query: { repository } }])],
    content: html`<p class="card empty">${text}</p>`,
  };
}
