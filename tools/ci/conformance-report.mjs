/**
 * @typedef {object} ConformanceReport
 * @property {readonly { name: string, reason: string }[]} failures
 * @property {{ passed: number, failed: number, skipped: number, disabled: number }} counts of the suite; a group of tests
 *   that fails as a whole counts, too, so that there can be more failures than names
 */

/**
 * Reads the suite's junit.xml.
 *
 * @param {string} xml
 * @returns {ConformanceReport}
 */
export function readConformanceReport(xml) {
  const [suite] = /<testsuite [^>]*>/.exec(xml) ?? [];
  if (!suite) throw new Error('no <testsuite> in it');
  const count = (/** @type {string} */ name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const [failed, skipped, disabled] = [count('failures') + count('errors'), count('skipped'), count('disabled')];
  const cases = [...xml.matchAll(/<testcase name="([^"]*)"[^>]* status="(failure|error)">([\s\S]*?)<\/testcase>/g)];
  const failures = cases.map(([, name, , body]) => ({
    name: decode(name).replace('OCI Conformance Test/', ''),
    reason: decode(/<system-out>([\s\S]*?)<\/system-out>/.exec(body)?.[1] ?? 'no reason given'),
  }));
  return { failures, counts: { passed: count('tests') - failed - skipped - disabled, failed, skipped, disabled } };
}

/** @param {{ name: string, reason: string }} failure */
export function printFailure({ name, reason }) {
  return `FAILED ${name}\n${reason.replace(/^/gm, '       ')}`;
}

/** @param {string} text */
function decode(text) {
  const named = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) =>
    hex || decimal ? String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)) : (named[name] ?? whole),
  );
}
