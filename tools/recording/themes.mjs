/** Colours of a terminal; each text has a contrast of at least 4.5 to 1. */
export const THEMES = {
  light: {
    background: '#ffffff',
    frame: '#d0d7de',
    bar: '#f6f8fa',
    text: '#1f2328',
    grey: '#59636e',
    red: '#cf222e',
    green: '#116329',
    yellow: '#7d4e00',
    blue: '#0550ae',
    magenta: '#8250df',
    cyan: '#0a6571',
  },
  dark: {
    background: '#0d1117',
    frame: '#30363d',
    bar: '#161b22',
    text: '#e6edf3',
    grey: '#9198a1',
    red: '#ff7b72',
    green: '#56d364',
    yellow: '#e3b341',
    blue: '#79c0ff',
    magenta: '#d2a8ff',
    cyan: '#56d4dd',
  },
};
