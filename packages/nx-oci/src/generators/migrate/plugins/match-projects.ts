import { type ProjectConfiguration } from '@nx/devkit';
import { compileNameGlob } from '@nx-oci/model';

/**
 * Whether a list of projects in nx.json names a project: by name, `tag:docker`, folder or glob; a leading `!` takes away.
 *
 * @see Nx's find-matching-projects, which has no public name
 */
export function isProjectIn(written: string | readonly string[], name: string, { root, tags = [] }: ProjectConfiguration): boolean {
  const patterns = [written].flat();
  const [first] = patterns;
  // Nx begins with all projects where a list only takes away.
  const isNegative = first?.startsWith('!') === true;
  return patterns.reduce((isIn, pattern) => {
    const text = pattern.replace(/^!/, '');
    const [, tag] = /^tag:(.*)$/.exec(text) ?? [];
    const glob = compileNameGlob(tag ?? text);
    const isMatch = (tag === undefined ? [name, root] : tags).some((one) => glob.matches(one));
    return isMatch ? !pattern.startsWith('!') : isIn;
  }, isNegative);
}
