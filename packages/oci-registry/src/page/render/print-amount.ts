/** `3.1 MB`: decimal units, as registries and Docker show them. */
export function printSize(bytes: number): string {
  // A manifest may claim any size.
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  // 999,950 bytes would be printed as 1000.0 kB.
  const step = units.findIndex((_, at) => bytes < (at === 0 ? 1000 : 999.95 * 1000 ** at) || at === units.length - 1);
  const value = bytes / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step] ?? ''}`;
}

/** `+1.2 MB`, `−300 B`, `same size` */
export function printGrowth(bytes: number): string {
  if (bytes === 0) return 'same size';
  return `${bytes > 0 ? '+' : '−'}${printSize(Math.abs(bytes))}`;
}

/** `3,000 tags`, `1 repository` */
export function printCount(count: number, noun = '', plural = `${noun}s`): string {
  const number = count.toLocaleString('en-US');
  return noun === '' ? number : `${number} ${count === 1 ? noun : plural}`;
}

// Of RFC 3339. JavaScript reads many more texts as a moment: "step 1" as a day in 2001.
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** `2026-11-30 21:04 UTC`; any other text stays as it is. */
export function printTime(time: string): string {
  const date = new Date(TIME.test(time) ? time : NaN);
  return Number.isNaN(date.getTime()) ? time : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
