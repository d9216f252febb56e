import { type LibcName } from './managers/manager';

/** The C library of this process; undefined except on Linux. */
export function libcOfMachine(): LibcName | undefined {
  if (process.platform !== 'linux') return undefined;
  const { header } = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}
