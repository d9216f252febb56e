import { refuseForeignSite } from '../browser-guard/refuse-foreign-site';
import { dispatch, type RequestContext } from './dispatch';
import { PlannedFaults, type Faults } from '../options/faults';
import { createAuthenticator } from '../login/create-authenticator';
import { openListener, type Listener } from './open-listener';
import { normalizeOptions, type NormalizedOptions, type StartRegistryOptions } from '../options/options';
import { RegistryOverview } from '../overview/registry-overview';
import { observeRecords } from '../overview/observe-records';
import { createPageState } from '../page/gather/page-state';
import { openSecondServer } from './open-second-server';
import { limitRate } from '../quirks/rate-limit';
import type { Quirk } from '../quirks/registry-profile';
import type { RegistryState } from '../routes/call';
import { SerialQueue } from '../storage/serial-queue';
import { UploadSessions } from '../uploads/upload-sessions';

export interface RunningRegistry extends Listener {
  readonly faults: Faults;
  /** The second port of a profile that redirects clients to another server: its token service, its storage, an attacker. */
  readonly secondServer?: Omit<Listener, 'close'>;
}

/**
 * Starts a registry that implements all of distribution-spec 1.1 and the additions of its main branch, or emulates a real one.
 *
 * @throws OciError `PORT_IN_USE`, `FOLDER_IN_USE`, or `OPTIONS_INVALID` with all problems of the options.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
export async function startRegistry(options: StartRegistryOptions = {}): Promise<RunningRegistry> {
  const normalized = normalizeOptions(options);
  await normalized.storage.prepare();
  const state = createState(normalized);
  let secondServer: Elsewhere;
  try {
    secondServer = await openSecondServer(normalized, state);
    return await openRegistry(normalized, state, secondServer);
  } catch (error) {
    await secondServer?.close();
    await state.storage.release?.();
    throw error;
  }
}

function createState({ storage, acceptSparse, deleteOnPage }: NormalizedOptions): RegistryState {
  const observed = observeRecords(storage, (change) => overview.note(change));
  const overview = new RegistryOverview(observed);
  return {
    storage: observed,
    uploads: new UploadSessions(storage.content),
    changes: new SerialQueue(),
    page: createPageState(observed, overview, deleteOnPage),
    acceptSparse,
  };
}

type Elsewhere = Awaited<ReturnType<typeof openSecondServer>>;

async function openRegistry(options: NormalizedOptions, state: RegistryState, secondServer: Elsewhere): Promise<RunningRegistry> {
  const faults = new PlannedFaults();
  const secondServerUrl = secondServer?.url ?? '';
  const gate = createAuthenticator(options, secondServerUrl);
  secondServer?.serveTokens(gate);
  const context: RequestContext = { state, gate, secondServerUrl, quirks: makeQuirks(options) };
  const listener = await openListener({
    ...options,
    faults,
    answerer: async (request) => refuseForeignSite(request, options) ?? dispatch(request, context),
  });
  const close = async (): Promise<void> => {
    await Promise.all([listener.close(), secondServer?.close()]);
    await state.changes.end();
    await state.uploads.endAll();
    await state.page.overview.end();
    await state.storage.release?.();
  };
  await announce(options, listener);
  state.page.overview.prepare();
  return { ...listener, faults, close, ...(secondServer ? { secondServer } : {}) };
}

async function announce({ storage }: NormalizedOptions, listener: Listener): Promise<void> {
  try {
    await storage.announce?.(listener.url, listener.port);
  } catch (error) {
    await listener.close();
    throw error;
  }
}

function makeQuirks({ profile, settings }: NormalizedOptions): readonly Quirk[] {
  return profile ? [limitRate(settings, profile.rateLimits), ...profile.makeQuirks(settings)] : [];
}
