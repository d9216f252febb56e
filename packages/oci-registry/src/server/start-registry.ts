import { refuseForeignSite } from '../browser-guard/refuse-foreign-site';
import { dispatch, type Desk } from './dispatch';
import { PlannedFaults, type Faults } from '../options/faults';
import { createLoginGate } from '../login/create-login-gate';
import { openListener, type Listener } from './open-listener';
import { normalizeOptions, type NormalizedOptions, type StartRegistryOptions } from '../options/options';
import { openElsewhere } from './open-elsewhere';
import { limitRate } from '../quirks/rate-limit';
import type { Quirk } from '../quirks/registry-profile';
import type { RegistryState } from '../routes/call';
import { SerialQueue } from '../storage/serial-queue';
import { UploadSessions } from '../uploads/upload-sessions';

export interface RunningRegistry extends Listener {
  readonly faults: Faults;
  /** The second port of a profile that sends clients to another server: for its token service, its storage, an attacker. */
  readonly elsewhere?: Omit<Listener, 'close'>;
}

/**
 * Starts a registry that speaks the whole of distribution-spec 1.1 and what its main branch adds, or plays a real one.
 *
 * @throws OciError `PORT_IN_USE`, `FOLDER_IN_USE`, or `OPTIONS_INVALID` with everything that is wrong with the options.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
export async function startRegistry(options: StartRegistryOptions = {}): Promise<RunningRegistry> {
  const normalized = normalizeOptions(options);
  const { storage, acceptSparse } = normalized;
  await storage.prepare();
  const state: RegistryState = { storage, uploads: new UploadSessions(storage.content), changes: new SerialQueue(), acceptSparse };
  let elsewhere: Elsewhere;
  try {
    elsewhere = await openElsewhere(normalized, state);
    return await openRegistry(normalized, state, elsewhere);
  } catch (error) {
    await elsewhere?.close();
    await storage.release?.();
    throw error;
  }
}

type Elsewhere = Awaited<ReturnType<typeof openElsewhere>>;

async function openRegistry(options: NormalizedOptions, state: RegistryState, elsewhere: Elsewhere): Promise<RunningRegistry> {
  const faults = new PlannedFaults();
  const elsewhereUrl = elsewhere?.url ?? '';
  const gate = createLoginGate(options, elsewhereUrl);
  elsewhere?.serveTokens(gate);
  const desk: Desk = { state, gate, elsewhereUrl, quirks: makeQuirks(options) };
  const listener = await openListener({
    ...options,
    faults,
    answerer: async (request) => refuseForeignSite(request, options) ?? dispatch(request, desk),
  });
  const close = async (): Promise<void> => {
    await Promise.all([listener.close(), elsewhere?.close()]);
    await state.changes.end();
    await state.uploads.endAll();
    await state.storage.release?.();
  };
  await announce(options, listener);
  return { ...listener, faults, close, ...(elsewhere ? { elsewhere } : {}) };
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
