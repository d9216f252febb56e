/**
 * Where publishes go to meet trouble.
 *
 * @typedef {object} TroubledRegistry
 * @property {string} name in registries.yaml
 * @property {string} host `127.0.0.1:PORT`, through the trouble
 * @property {string} cleanHost the same content without trouble and login, to be read back
 * @property {{ username: string, password: string }} [login]
 *
 * @typedef {object} TroubledRegistries
 * @property {string} title
 * @property {readonly TroubledRegistry[]} registries
 * @property {() => ReadonlyMap<string, number>} hits how often which trouble struck, as far as it can be seen
 * @property {() => number | undefined} requests how many arrived, as far as it can be seen
 * @property {() => Promise<void>} stop
 */
export {};
