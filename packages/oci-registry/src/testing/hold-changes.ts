import type { RegistryStorage } from '../storage/storage';

/** A storage whose next change can be blocked, together with all later ones. */
export interface HeldChanges {
  readonly storage: RegistryStorage;
  /** Blocks all further writes of records. */
  hold(): void;
  release(): void;
}

export function holdChanges(storage: RegistryStorage): HeldChanges {
  let held: Promise<void> | undefined;
  let letGo: (() => void) | undefined;
  const records: RegistryStorage['records'] = {
    listRepositories: (range) => storage.records.listRepositories(range),
    count: (repository, kind, limit) => storage.records.count(repository, kind, limit),
    list: (repository, kind) => storage.records.list(repository, kind),
    read: (address) => storage.records.read(address),
    readAll: (repository, kind) => storage.records.readAll(repository, kind),
    remove: (address) => storage.records.remove(address),
    write: async (address, text) => {
      await held;
      await storage.records.write(address, text);
    },
  };
  return {
    storage: { ...storage, records },
    hold: () => {
      held = new Promise<void>((resolve) => (letGo = resolve));
    },
    release: () => {
      letGo?.();
      held = undefined;
    },
  };
}
