import { digestOf, HIDDEN, isSecretName, knownSecrets } from '@nx-oci/model';

/** A variable of an image; the value is hidden if the variable is named like a secret, or its value looks like one. */
export interface ShownVariable {
  readonly name: string;
  readonly value: string;
  readonly isHidden: boolean;
  /** Of the real value, to compare two hidden ones. */
  readonly identity: string;
}

/** `NAME=value` of a config. */
export function showVariable(text: string): ShownVariable {
  const equals = text.indexOf('=');
  const [name, value] = equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
  const shown = value !== '' && isSecretName(name) ? HIDDEN : knownSecrets().redactForeign(value);
  return { name, value: shown, isHidden: shown !== value, identity: digestOf(value) };
}

/** A text with nothing in it that is, or is named like, a secret: a command, a step of the history. */
export function hideSecrets(text: string): string {
  // A value without quotes ends at a space.
  const named = text.replace(/\b([A-Za-z_]\w{0,100})=("[^"]*"|'[^']*'|[^\s"']+)/g, (all, name: string) =>
    isSecretName(name) ? `${name}=${HIDDEN}` : all,
  );
  return knownSecrets().redactForeign(named);
}
