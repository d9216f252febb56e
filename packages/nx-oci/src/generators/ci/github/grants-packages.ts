import { isMap, type Document } from 'yaml';

/** Whether a workflow, or a job of it, may write packages: `packages: write`, or `write-all`. */
export function grantsPackages(document: Document): boolean {
  const jobs = document.get('jobs');
  const names = isMap(jobs) ? jobs.items.map(({ key }) => String(key)) : [];
  return [[], ...names.map((name) => ['jobs', name])].some((path) => {
    const permissions = document.getIn([...path, 'permissions']);
    return permissions === 'write-all' || (isMap(permissions) && permissions.get('packages') === 'write');
  });
}
