/**
 * How long after setting a floating tag it is looked at again, unless registries.yaml says otherwise: registries answer a
 * write within tens of milliseconds, those far away or under load within a second.
 */
export const DEFAULT_SETTLE_MS = 2000;
