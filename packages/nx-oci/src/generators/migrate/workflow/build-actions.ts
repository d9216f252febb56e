/** Actions that build an image; those of hosted builders take the same inputs as Docker's. */
export const BUILD_ACTIONS: readonly string[] = ['docker/build-push-action', 'depot/build-push-action', 'useblacksmith/build-push-action'];
