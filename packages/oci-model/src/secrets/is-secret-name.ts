const SECRET_NAME = /TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|(?:^|_)(?:PAT|PASS|AUTH|JWT|KEY)(?:_|$)/i;

/** Whether a variable is named like a secret: `NPM_TOKEN`, `DB_PASS`, `GH_PAT`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}
