import { isRepositoryName } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { Authenticator } from '../login/authenticator';
import { passQuirks } from '../quirks/pass-quirks';
import type { Quirk } from '../quirks/registry-profile';
import { refuse } from '../http/protocol-error';
import { findRoute, type Route } from '../http/route';
import { assetRoutes } from '../routes/assets';
import { blobRoutes } from '../routes/blobs';
import type { Handler, Handlers, Methods, RegistryState } from '../routes/call';
import { catalogRoutes } from '../routes/catalog';
import { manifestRoutes } from '../routes/manifests';
import { pageRoutes } from '../routes/page';
import { referrerRoutes } from '../routes/referrers';
import { supportRoutes } from '../routes/support';
import { tagRoutes } from '../routes/tags';
import { uploadRoutes } from '../routes/upload';
import { uploadsRoutes } from '../routes/uploads';

const HANDLERS: Handlers = {
  page: pageRoutes,
  asset: assetRoutes,
  support: supportRoutes,
  catalog: catalogRoutes,
  blob: blobRoutes,
  uploads: uploadsRoutes,
  upload: uploadRoutes,
  manifest: manifestRoutes,
  tags: tagRoutes,
  referrers: referrerRoutes,
};

/** The context of all requests. */
export interface RequestContext {
  readonly state: RegistryState;
  readonly gate: Authenticator;
  /** The quirks of the emulated registry. */
  readonly quirks: readonly Quirk[];
  /** The second port; empty if there is none. */
  readonly secondServerUrl: string;
}

/** Checks a request (path, login, quirks, method, name, in this order) and passes it to its route. */
export async function dispatch(request: RegistryRequest, context: RequestContext): Promise<Answer> {
  const { state, gate, quirks, secondServerUrl } = context;
  const route = findRoute(request.path, gate.tokenPath);
  if (!route) return refuse('NAME_UNKNOWN', 'Unknown path.');
  const refusal = gate.refuseAccess(request, route);
  if (refusal) return refusal;
  const refuseAccess = (): Answer => gate.challenge(request, route);
  // No registry has our page: it is none of what a profile emulates.
  const isOurs = route.noun === 'page' || route.noun === 'asset';
  return passQuirks(isOurs ? [] : quirks, { request, route, state, secondServerUrl, refuseAccess }, (changed) =>
    answerRoute(changed, route, context),
  );
}

function answerRoute(request: RegistryRequest, route: Route, { state, gate }: RequestContext): Promise<Answer> {
  const methods = methodsOf(route, gate);
  const handler = handlerOf(methods, request.method);
  if (!handler) return Promise.resolve(refuseMethod(methods));
  if (route.repository !== '' && !isRepositoryName(route.repository)) return Promise.resolve(refuseName(route));
  return handler({ state, request, repository: route.repository, reference: route.reference });
}

function methodsOf({ noun }: Route, { answerToken }: Authenticator): Methods {
  if (noun !== 'token') return HANDLERS[noun] ?? {};
  const handler: Handler | undefined = answerToken && (({ request }) => answerToken(request));
  return handler ? { GET: handler, POST: handler } : {};
}

function handlerOf(methods: Methods, method: string): Handler | undefined {
  const name = method === 'HEAD' ? 'GET' : method;
  return Object.hasOwn(methods, name) ? methods[name as keyof Methods] : undefined;
}

function refuseMethod(methods: Methods): Answer {
  const known = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  if (known.length === 0) return refuse('NAME_UNKNOWN', 'Unknown path.');
  return refuse('UNSUPPORTED', `Only ${known.join(', ')} can be done here.`, { headers: { allow: known.join(', ') } });
}

function refuseName({ repository }: Route): Answer {
  const message =
    'A repository name consists of lower-case letters and digits, separated by single dots, one or two underscores, dashes or slashes; at most 255 characters.';
  return refuse('NAME_INVALID', message, { detail: { name: repository.slice(0, 300) } });
}
