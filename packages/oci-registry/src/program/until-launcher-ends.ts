/** How often to check. Without its launcher, a registry would keep its port in use unnoticed. */
const CHECK_MS = 500;

/**
 * Resolves when npx has ended, if it started this program: npm ends at SIGTERM without passing it on. Of programs started in
 * any other way the parent may end without them, such as the shell of a CI step.
 *
 * @param findParent the id of the parent process; on Windows it never changes
 */
export function untilLauncherEnds(
  env: Readonly<Record<string, string | undefined>>,
  findParent: () => number = () => process.ppid,
): Promise<void> {
  // Programs inherit these variables from `npx nx`, too.
  const isByNpx = env['npm_command'] === 'exec' && env['npm_lifecycle_script']?.includes('oci-registry') === true;
  if (!isByNpx) return new Promise(() => undefined);
  const launcher = findParent();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (findParent() === launcher) return;
      clearInterval(timer);
      resolve();
    }, CHECK_MS);
    // It must not keep the process alive.
    timer.unref();
  });
}
