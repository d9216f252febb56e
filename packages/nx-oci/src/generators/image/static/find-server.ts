import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { readText } from '../project/build-of';
import { nginxConfiguration } from './nginx-configuration';
import { type Site } from './find-site';

/** The web server of a page. */
export interface FoundServer {
  /** From the workspace root. */
  readonly file: string;
  readonly port: number;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
  /** Writes the configuration if there is none. */
  readonly write: () => void;
}

// Not every user may listen on ports below 1024.
const DEFAULT_PORT = 8080;

/** The configuration of nginx beside the sources of a page: the existing one, else a new one. */
export function findServer({ tree, project, options }: App, { assets, prefix }: Site): FoundServer {
  const file = joinPathFragments(project.root, 'nginx.conf');
  const existing = readText(tree, file);
  const [, listening] = /^\s*listen\s+(?:\S+:)?(\d+)\b/m.exec(existing ?? '') ?? [];
  const port = listening === undefined ? (options.port ?? DEFAULT_PORT) : Number(listening);
  const isOther = options.port !== undefined && options.port !== port;
  const isWhole = /^\s*(?:http|events)\s*\{/m.test(existing ?? '');
  const state = existing === undefined ? 'which is yours to change' : 'which was there and is kept';
  return {
    file,
    port,
    notes: [`Server: nginx, configured in ${file}, ${state}. It listens on port ${port}.`],
    problems: [
      ...(isWhole
        ? [
            `${file} configures all of nginx, and the image has such a file for a user other than root → keep the \`server\` block alone, or rename it and get a new one`,
          ]
        : []),
      ...(isOther ? [`${file} listens on ${port} → change it there, or omit --port`] : []),
    ],
    write: () => {
      if (existing === undefined) tree.write(file, nginxConfiguration({ port, prefix, assets }));
    },
  };
}
