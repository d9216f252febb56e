import type { Overview, RepositoryOverview, TagOverview } from './gather-overview';
import { html, type Html } from './html';

const STYLE = html`<style>
  :root {
    color-scheme: light dark;
    --line: #8884;
    --soft: #888;
  }
  body {
    font:
      16px/1.5 system-ui,
      sans-serif;
    max-width: 64rem;
    margin: 2rem auto;
    padding: 0 1rem;
  }
  h1 {
    font-size: 1.4rem;
  }
  h2 {
    font-size: 1.1rem;
    margin: 2rem 0 0.3rem;
    overflow-wrap: anywhere;
  }
  div {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th {
    font-weight: normal;
    color: var(--soft);
  }
  th,
  td {
    text-align: left;
    padding: 0.3rem 1rem 0.3rem 0;
    border-bottom: 1px solid var(--line);
  }
  td.size {
    white-space: nowrap;
  }
  code {
    font:
      0.85em ui-monospace,
      monospace;
    overflow-wrap: anywhere;
  }
  p {
    color: var(--soft);
  }
</style>`;

/** The page of a registry that is reached at `host`. */
export function renderPage({ repositories, moreRepositories }: Overview, host: string): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Images at ${host}</title>
        ${STYLE}
      </head>
      <body>
        <h1>Images at ${host}</h1>
        ${repositories.length === 0 ? renderNothing(host) : repositories.map((repository) => renderRepository(repository, host))}
        ${renderMore(moreRepositories, 'repositories; /v2/_catalog lists them all')}
      </body>
    </html>`;
  return page.text;
}

function renderNothing(host: string): Html {
  return html`<p>Nothing was published yet. To begin:</p>
    <p><code>docker tag my-image ${host}/my-image &amp;&amp; docker push ${host}/my-image</code></p>`;
}

function renderRepository({ name, tags, moreTags }: RepositoryOverview, host: string): Html {
  if (tags.length === 0)
    return html`<h2>${name}</h2>
      <p>No tags.</p>`;
  return html`<h2>${name}</h2>
    <div>
      <table>
        <tr>
          <th>Tag</th>
          <th>What</th>
          <th>Size</th>
          <th>Set</th>
          <th>Digest</th>
        </tr>
        ${tags.map(renderTag)}
      </table>
    </div>
    ${renderMore(moreTags, `tags; /v2/${name}/tags/list lists them all`)}
    <p><code>docker pull ${host}/${name}:${tags[0]?.tag ?? ''}</code></p>`;
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

function renderMore(count: number, of: string): Html {
  return count === 0 ? html`` : html`<p>… and ${count} more ${of}.</p>`;
}

/** `3.1 MB`: decimal units, as registries and Docker show them. */
export function printSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step] ?? ''}`;
}
