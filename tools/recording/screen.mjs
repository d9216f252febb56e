const [ESCAPE, BELL] = [27, 7].map((code) => String.fromCharCode(code));
const SEQUENCE = new RegExp(`${ESCAPE}\\[([?\\d;]*)([A-Za-z])|${ESCAPE}[=>78]|${ESCAPE}\\][^${BELL}]*${BELL}|[\\s\\S]`, 'gu');
const PLAIN = '';

/** A terminal without an end: as much of one as Nx and nx-oci use. Rows are lists of `{ letter, style }`. */
export class Screen {
  /** @type {{ letter: string, style: string }[][]} */
  rows = [[]];
  #row = 0;
  #column = 0;
  #style = new Set();

  write(text) {
    for (const [all, parameters, command] of text.matchAll(SEQUENCE)) {
      if (command !== undefined) this.#obey(command, parameters);
      else if (all === '\n') this.#moveTo(this.#row + 1);
      else if (all === '\r') this.#column = 0;
      else if (all.length <= 2 && all >= ' ') this.#put(all);
    }
  }

  /** Index of the last row that has text, or that the cursor is in. */
  get lastRow() {
    return Math.max(
      this.#row,
      this.rows.findLastIndex((row) => row.some(({ letter }) => letter !== ' ')),
    );
  }

  #put(letter) {
    const row = this.rows[this.#row];
    while (row.length < this.#column) row.push({ letter: ' ', style: PLAIN });
    row[this.#column] = { letter, style: [...this.#style].sort().join(' ') };
    this.#column += 1;
  }

  #moveTo(row) {
    this.#row = Math.max(0, row);
    while (this.rows.length <= this.#row) this.rows.push([]);
  }

  #obey(command, parameters) {
    const count = Number(parameters || 1);
    if (command === 'm') for (const code of (parameters || '0').split(';').map(Number)) this.#setStyle(code);
    else if (command === 'A') this.#moveTo(this.#row - count);
    else if (command === 'B') this.#moveTo(this.#row + count);
    else if (command === 'C') this.#column += count;
    else if (command === 'D') this.#column = Math.max(0, this.#column - count);
    else if (command === 'G') this.#column = count - 1;
    else if (command === 'K') this.rows[this.#row].length = parameters === '2' ? 0 : Math.min(this.#column, this.rows[this.#row].length);
    else if (command === 'J') this.#eraseBelow();
  }

  #eraseBelow() {
    this.rows[this.#row].length = Math.min(this.#column, this.rows[this.#row].length);
    this.rows.length = this.#row + 1;
  }

  #setStyle(code) {
    const [added, removed] = STYLES[code] ?? [undefined, []];
    if (code === 0) this.#style.clear();
    for (const style of removed) this.#style.delete(style);
    if (added !== undefined) this.#style.add(added);
  }
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** What each code adds, and removes before. */
const STYLES = {
  1: ['bold', []],
  2: ['dim', []],
  7: ['inverse', []],
  22: [undefined, ['bold', 'dim']],
  27: [undefined, ['inverse']],
  39: [undefined, [...COLOURS, 'grey']],
  90: ['grey', COLOURS],
  ...Object.fromEntries(COLOURS.flatMap((colour, index) => [30, 90].map((base) => [base + index, [colour, [...COLOURS, 'grey']]]))),
  ...{ 90: ['grey', [...COLOURS, 'grey']] },
};
