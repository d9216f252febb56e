import { type App } from '../options/kind';
import { readText } from '../project/build-of';
import { findSource } from '../project/find-source';

export interface FoundListening {
  readonly port: number;
  readonly notes: readonly string[];
}

const DEFAULT_PORT = 3000;
const ENV_PORT = String.raw`process\.env(?:\.PORT|\[['"]PORT['"]\])`;
// `PORT || 3333`, `Number(PORT ?? 3000)`, `PORT ? Number(PORT) : 3000`
const WITH_DEFAULT = new RegExp(String.raw`${ENV_PORT}[^;\n]{0,60}?(?:\|\||\?\?|:)\s*['"]?(\d{2,5})`);
const FIXED = /\.listen\(\s*(?:\{[^}]*\bport:\s*)?(\d{2,5})/;
const LOCAL =
  /\.listen\([^)]*['"](?:localhost|127\.0\.0\.1|::1)['"]|\bhost(?:name)?:\s*['"](?:localhost|127\.0\.0\.1|::1)['"]|\bhost(?:name)?\s*=\s*['"](?:localhost|127\.0\.0\.1|::1)['"]/;

/** The address that a service listens on, according to its main file. */
export function findListening(app: App): FoundListening {
  const source = findSource(app);
  const text = source === undefined ? '' : (readText(app.tree, source) ?? '');
  const isLocal = LOCAL.test(text);
  const note = isLocal
    ? [
        `Warning: ${source ?? ''} listens on localhost alone, where nothing outside of the container reaches it. → Let it read process.env.HOST.`,
      ]
    : [];
  const { port, reason } = findPort(app, text, source);
  return { port, notes: [`Port: ${port} (${reason}).`, ...note] };
}

function findPort({ options }: App, text: string, source = ''): { readonly port: number; readonly reason: string } {
  if (options.port !== undefined) return { port: options.port, reason: '--port' };
  const [, byDefault] = WITH_DEFAULT.exec(text) ?? [];
  if (byDefault !== undefined) return { port: Number(byDefault), reason: `the default in ${source}` };
  const [, fixed] = FIXED.exec(text) ?? [];
  if (fixed !== undefined) return { port: Number(fixed), reason: `fixed in ${source}, which does not read PORT` };
  return { port: DEFAULT_PORT, reason: 'the default, as its source names none; --port sets another' };
}
