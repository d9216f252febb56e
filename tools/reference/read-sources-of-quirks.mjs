import ts from 'typescript';

const SOURCE = /https?:\/\/[^\s,;)"'`]+[^\s,;.:)"'`]/g;

/**
 * What the comments of a profile say, by the name of the quirk or property beside which they stand.
 *
 * @returns {{ name: string, text: string, urls: string[] }[]}
 */
export function readComments({ tree }) {
  const functions = new Map();
  const found = [];
  visit(tree, (node) => {
    const name = ts.isFunctionDeclaration(node)
      ? node.name?.text
      : ts.isVariableStatement(node)
        ? node.declarationList.declarations[0].name.getText()
        : undefined;
    if (name !== undefined) functions.set(name, commentBefore(node, tree));
  });
  visit(tree, (node) => {
    if (!ts.isPropertyAssignment(node)) return;
    const name = node.name.getText();
    if (name === 'makeQuirks') found.push(...quirksOf(node.initializer));
    else if (['login', 'rateLimits'].includes(name))
      found.push({ name, text: [commentBefore(node, tree), ...inner(node)].join(' ').trim() });
  });
  return found.map(({ name, text }) => ({ name, text: text.trim(), urls: text.match(SOURCE) ?? [] }));

  function quirksOf(initializer) {
    const { elements } = initializer.body.expression ?? initializer.body;
    return elements.map((element) => {
      const name = (ts.isCallExpression(element) ? element.expression : element).getText();
      return { name, text: `${commentBefore(element, tree)} ${functions.get(name) ?? ''}` };
    });
  }

  function inner(node) {
    const texts = [];
    visit(node.initializer, (child) => {
      if (ts.isPropertyAssignment(child)) texts.push(commentBefore(child, tree));
      else if (ts.isIdentifier(child)) texts.push(functions.get(child.text) ?? '');
    });
    return texts;
  }
}

function commentBefore(node, tree) {
  const ranges = ts.getLeadingCommentRanges(tree.text, node.getFullStart()) ?? [];
  return ranges
    .map(({ pos, end }) =>
      tree.text
        .slice(pos, end)
        .replace(/^\/\*\*|\*\/$|^\/\//g, '')
        .replace(/^\s*\*/gm, ''),
    )
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function visit(node, see) {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
