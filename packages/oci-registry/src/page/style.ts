import { html } from './html';

/** The style sheet, for light and dark colour schemes, narrow and wide windows. */
export const STYLE = html`<style>
  :root {
    color-scheme: light dark;
    --line: #8884;
    --soft: #666;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --soft: #aaa;
    }
  }
  body {
    font:
      16px/1.5 system-ui,
      sans-serif;
    max-width: 76rem;
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
  h2 a {
    color: inherit;
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
  nav,
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1.5rem;
    align-items: baseline;
    margin: 1rem 0;
  }
  form {
    gap: 0.5rem;
    margin: 0;
  }
  input,
  button {
    font: inherit;
  }
  td.size {
    white-space: nowrap;
  }
  code {
    font:
      0.8em ui-monospace,
      monospace;
    overflow-wrap: anywhere;
  }
  p {
    color: var(--soft);
  }
  strong {
    overflow-wrap: anywhere;
  }
  @media (max-width: 72rem) {
    .tags tr {
      display: block;
      padding: 0.5rem 0;
      border-bottom: 1px solid var(--line);
    }
    .tags tr:first-child {
      display: none;
    }
    .tags td {
      display: inline-block;
      padding-block: 0;
      border: 0;
    }
  }
</style>`;
