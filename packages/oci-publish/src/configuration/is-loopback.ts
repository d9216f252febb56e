/** Whether a host as registries.yaml has it, its port may be a variable, is this very machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::|$)/.test(host);
}
