import { html, type Html } from './html';
import { renderLink } from './page-link';
import { STYLE } from './style';

/** The page of a registry at `host`. @param repository if the page shows only this one. */
export function renderPage(content: Html, host: string, repository?: string): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${repository === undefined ? '' : `${repository} - `}Images at ${host}</title>
        ${STYLE}
      </head>
      <body>
        <h1>${repository === undefined ? `Images at ${host}` : renderLink(`Images at ${host}`, {})}</h1>
        ${repository === undefined ? html`` : html`<h2>${repository}</h2>`} ${content}
      </body>
    </html>`;
  return page.text;
}
