import ts from 'typescript';

import { readSyntax } from './read-sources.mjs';

const CI_SYSTEMS = 'packages/oci-publish/src/ci/';
// Not `env` and `rest`, which an object of that name may have, too.
const NAME = /^[A-Z][A-Z\d_]+$|^npm_/;
const OBJECT = /(?:^|[.\s])(?:env|environment)$/;

/**
 * Environment variables that the sources read by name, and by file.
 *
 * @returns {{ name: string, file: string }[]}
 */
export function readVariables() {
  return readSyntax().flatMap(({ file, tree }) => {
    const names = new Set();
    visit(tree, (node) => addNames(node, names));
    return [...names].filter((name) => NAME.test(name)).map((name) => ({ name, file }));
  });
}

export const isOfCiSystem = ({ file }) => file.startsWith(CI_SYSTEMS);

function visit(node, see) {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

function addNames(node, names) {
  if (ts.isElementAccessExpression(node) && OBJECT.test(node.expression.getText())) {
    if (ts.isStringLiteral(node.argumentExpression)) names.add(node.argumentExpression.text);
  } else if (ts.isPropertyAccessExpression(node) && OBJECT.test(node.expression.getText()) && /^[A-Z][A-Z\d_]{2,}$/.test(node.name.text)) {
    names.add(node.name.text);
  } else if (
    ts.isVariableDeclaration(node) &&
    ts.isObjectBindingPattern(node.name) &&
    node.initializer &&
    OBJECT.test(node.initializer.getText())
  ) {
    for (const { propertyName, name } of node.name.elements) names.add((propertyName ?? name).getText());
  }
}
