import { type LibcName } from './managers/manager';

/** Which C library this process runs on; undefined where that is not Linux. */
export function libcOfMachine(): LibcName | undefined {
  if (process.platform !== 'linux') return undefined;
  const { header } = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}
