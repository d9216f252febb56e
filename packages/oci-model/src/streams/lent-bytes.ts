const GIVE_BACK = Symbol('give back');

interface Lent {
  readonly [GIVE_BACK]?: () => void;
}

/**
 * Marks bytes whose memory their owner wants to use again, as soon as whoever took them needs them no more: a layer of
 * gigabytes then passes through a handful of buffers, instead of one for each piece that lies about until it is collected.
 *
 * They stay marked as long as the very same object is passed on, as streams do; a part or a copy of them is not. Nobody has
 * to give anything back: what is kept is not used again.
 */
export function lendBytes<Bytes extends Uint8Array>(bytes: Bytes, onReturn: () => void): Bytes {
  return Object.assign(bytes, { [GIVE_BACK]: onReturn } satisfies Lent);
}

/** To be called by who alone holds the bytes, and does not look at them again. Does nothing with bytes that nobody lent. */
export function giveBackBytes(bytes: Uint8Array & Lent): void {
  bytes[GIVE_BACK]?.();
}
