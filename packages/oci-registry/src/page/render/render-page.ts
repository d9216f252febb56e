import { ASSET_VERSION } from '../assets/assets';
import { html, type Html } from './html';
import { addressOf, type PageQuery } from './page-address';
import { printCount, printSize } from './print-amount';
import { NOTHING } from './render-parts';

/** What every page shows around its content. */
export interface PageFrame {
  readonly host: string;
  readonly repositoryCount: number;
  /** `undefined` while it is counted. */
  readonly totalBytes: number | undefined;
}

/** A page: its content, and where it is. */
export interface PageContent {
  /** Of the heading, and of the window. */
  readonly title: string;
  /** In the path, if it repeats a part of the title. */
  readonly name?: string;
  /** The pages above this one. */
  readonly path: readonly { readonly text: string; readonly query: PageQuery }[];
  /** Under the heading; stays as it is when the page refreshes itself, as its fields have what was typed. */
  readonly controls?: Html;
  readonly content: Html;
  /** Whether it refreshes by itself. Default true. */
  readonly isLive?: boolean;
}

export function renderPage(
  { title, name = title, path, controls = NOTHING, content, isLive = true }: PageContent,
  frame: PageFrame,
): string {
  const { host } = frame;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${path.length === 0 ? `Images at ${host}` : `${title} · ${host}`}</title>
        <link rel="icon" href="/page/icon.svg?${ASSET_VERSION}" type="image/svg+xml" />
        <link rel="stylesheet" href="/page/style.css?${ASSET_VERSION}" />
        <script src="/page/script.js?${ASSET_VERSION}" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="top">
          <div class="wrap">
            <a class="brand" href="/"
              ><img src="/page/icon.svg?${ASSET_VERSION}" alt="" width="28" height="28" /><span>Images at <b>${host}</b></span></a
            >
            <p id="totals" data-live>${renderTotals(frame)}</p>
          </div>
        </header>
        <main id="content" class="wrap" tabindex="-1">
          ${path.length === 0 ? NOTHING : renderPath(path, name)}
          <h1>${title}</h1>
          ${controls}
          <div id="live" ${isLive ? html`data-live` : NOTHING}>${content}</div>
        </main>
        <footer class="wrap">
          <p>nx-oci registry · <a href="/v2/_catalog">API</a> <span id="status" role="status"></span></p>
        </footer>
      </body>
    </html>`;
  return page.text;
}

function renderTotals({ repositoryCount, totalBytes }: PageFrame): Html {
  const stored = totalBytes === undefined ? 'counting what is stored' : `${printSize(totalBytes)} stored`;
  return html`${printCount(repositoryCount, 'repository', 'repositories')} · ${stored}`;
}

function renderPath(path: PageContent['path'], name: string): Html {
  return html`<nav class="path" aria-label="Breadcrumb">
    <ol>
      ${path.map(({ text, query }) => html`<li><a href="${addressOf(query)}">${text}</a></li>`)}
      <li aria-current="page">${name}</li>
    </ol>
  </nav>`;
}
