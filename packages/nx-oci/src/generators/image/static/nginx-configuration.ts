import { type AssetNames } from './asset-names';

/** The values of the configuration. */
export interface SiteConfiguration {
  readonly port: number;
  /** The folder of the site in URLs, such as `/shop`; empty for the whole host. */
  readonly prefix: string;
  readonly assets: AssetNames;
}

const FILE_EXTENSIONS = [
  'css|js|mjs|map|json|xml|txt|wasm|webmanifest',
  'ico|svg|png|jpe?g|gif|webp|avif|bmp',
  'woff2?|ttf|otf|eot|mp3|mp4|webm|ogg|pdf|zip|gz',
].join('|');

/** The `server` block for a single-page application, in the usual style. */
export function nginxConfiguration({ port, prefix, assets }: SiteConfiguration): string {
  return `server {
  listen ${port};
  root /usr/share/nginx/html;
  server_tokens off;
  # Redirects name no host and no port: in front of a container both are other ones.
  absolute_redirect off;

  # Modules are refused by browsers under another type; older lists of nginx lack these.
  include /etc/nginx/mime.types;
  types {
    text/javascript mjs;
    application/manifest+json webmanifest;
  }

  gzip on;
  gzip_vary on;
  gzip_proxied any;
  gzip_min_length 1024;
  gzip_types text/css text/javascript application/javascript application/json application/manifest+json application/wasm image/svg+xml;

  # Names with a hash of the content, which ${assets.bundler} gives: a changed file gets another name.
  location ~ "${assets.pattern}" {
    try_files $uri =404;
    add_header Cache-Control "public, max-age=31536000, immutable";
  }

  # Other files keep their names, so browsers ask for a newer one each time. A missing one is an error, not a page.
  location ~* "\\.(?:${FILE_EXTENSIONS})$" {
    try_files $uri =404;
    add_header Cache-Control "no-cache";
  }

  # Everything else is a page: a file of its own, or a route of the app.
  location / {
    try_files $uri $uri/index.html ${prefix}/index.html;
    add_header Cache-Control "no-cache";
  }
}
`;
}
