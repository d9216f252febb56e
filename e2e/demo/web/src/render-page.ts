import { greet } from '@demo/greeting';

/** The only page of the demo. */
export function renderPage(): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>nx-oci demo</title>
    <style>
      body { font: 1.25rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 20vh auto; padding: 0 1rem }
    </style>
  </head>
  <body>
    <h1>nx-oci</h1>
    <p>${greet('browser')}</p>
  </body>
</html>
`;
}
