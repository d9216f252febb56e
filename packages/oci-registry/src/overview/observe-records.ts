import type { RecordAddress, RegistryStorage } from '../storage/storage';

/** A record that was written, or removed: then `text` is `undefined`. */
export interface RecordChange extends RecordAddress {
  readonly text: string | undefined;
}

/** The same storage; `onChange` is called after each change of a record. */
export function observeRecords(storage: RegistryStorage, onChange: (change: RecordChange) => void): RegistryStorage {
  const { records } = storage;
  return {
    location: storage.location,
    content: storage.content,
    records: {
      listRepositories: (range) => records.listRepositories(range),
      list: (repository, kind) => records.list(repository, kind),
      count: (repository, kind, limit) => records.count(repository, kind, limit),
      read: (address) => records.read(address),
      readAll: (repository, kind) => records.readAll(repository, kind),
      write: async (address, text) => {
        await records.write(address, text);
        onChange({ ...address, text });
      },
      remove: async (address) => {
        const existed = await records.remove(address);
        if (existed) onChange({ ...address, text: undefined });
        return existed;
      },
    },
    prepare: () => storage.prepare(),
    announce: (url, port) => storage.announce?.(url, port) ?? Promise.resolve(),
    release: () => storage.release?.() ?? Promise.resolve(),
  };
}
