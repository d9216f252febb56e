/** Whether a host of registries.yaml, whose port may be a variable, is this machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::|$)/.test(host);
}
