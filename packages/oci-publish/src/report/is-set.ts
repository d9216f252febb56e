import { type RegistryReport, type TagReport } from './report-schema';

/** Whether a tag points at the image now. */
export function isSet({ action }: Pick<TagReport, 'action'>, { outcome }: Pick<RegistryReport, 'outcome'>): boolean {
  if (action === 'upToDate') return true;
  return outcome === 'published' && isToChange({ action });
}

/** Whether a tag was planned to be set. */
export function isToChange({ action }: Pick<TagReport, 'action'>): boolean {
  return action === 'create' || action === 'move';
}
