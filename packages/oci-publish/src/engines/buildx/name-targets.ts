/**
 * Names for the targets of a bake file, one for each project, in their order: close to the projects' own, since the builder's
 * output shows them.
 */
export function nameTargets(projects: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return projects.map((project) => {
    // Bake has a group of the name `default`.
    const slug = project.replace(/[^a-zA-Z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
    const wanted = slug === '' || slug === 'default' ? `image-${slug}` : slug;
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}-${count}`;
    taken.add(name);
    return name;
  });
}
