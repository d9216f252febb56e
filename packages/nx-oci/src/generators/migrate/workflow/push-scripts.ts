const DOCKER_PUSH = /\bdocker\s+(?:image\s+)?push\b/;

// Other programs that push, and builds that push what they make.
const OTHER_PUSH =
  /\bdocker\s+(?:buildx\s+)?(?:build|bake)\b[^\n]*--push\b|\b(?:podman|buildah)\s+push\b|\b(?:crane|skopeo|regctl|oras)\s+(?:push|copy|cp|image\s+copy)\b|\bko\s+(?:build|publish)\b/;

/** Whether a script sends an image that a step before has loaded into Docker. */
export function pushesLoaded(script: string): boolean {
  return DOCKER_PUSH.test(script);
}

/** Whether a script sends any image. */
export function pushesImage(script: string): boolean {
  return pushesLoaded(script) || OTHER_PUSH.test(script);
}
