/** What both demo images say. Change it, and `nx affected -t publish` publishes both. */
export function greet(name: string): string {
  return `Hello, ${name}! This image is a folder that Nx built, and a tag that points at it.`;
}
