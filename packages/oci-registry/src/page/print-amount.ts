/** `3.1 MB`: decimal units, as registries and Docker show them. */
export function printSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step] ?? ''}`;
}

/** `3,000 tags` */
export function printCount(count: number, noun = ''): string {
  const number = count.toLocaleString('en-US');
  return noun === '' ? number : `${number} ${noun}${count === 1 ? '' : 's'}`;
}
