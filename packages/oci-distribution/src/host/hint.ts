/**
 * What to do now. A hint that names a setting is a function of where users write it: ` in settings.yaml`, or `''`, since only
 * the caller of this package knows.
 */
export type Hint = string | ((inSettings: string) => string);

export function wordHint(hint: Hint | undefined, settingsFile: string | undefined): string | undefined {
  return typeof hint === 'function' ? hint(settingsFile === undefined ? '' : ` in ${settingsFile}`) : hint;
}
