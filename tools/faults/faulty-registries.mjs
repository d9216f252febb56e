/**
 * Registries with faults.
 *
 * @typedef {object} FaultyRegistry
 * @property {string} name in registries.yaml
 * @property {string} host `127.0.0.1:PORT`, with faults
 * @property {string} cleanHost the same content without faults and login, to read it back
 * @property {{ username: string, password: string }} [login]
 *
 * @typedef {object} FaultyRegistries
 * @property {string} title
 * @property {readonly FaultyRegistry[]} registries
 * @property {() => ReadonlyMap<string, number>} hits how often each fault occurred, as far as known
 * @property {() => number | undefined} requests how many arrived, as far as known
 * @property {() => Promise<void>} stop
 */
export {};
