import { printCount } from './print-amount';

/** A label or a step may have megabytes: at most `length` characters, and how many more there are. */
export function cutText(text: string, length = 2000): string {
  return text.length > length ? `${text.slice(0, length)} … (${printCount(text.length - length, 'more character')})` : text;
}
