import { readImports } from './module-imports';

const certain = (source: string) =>
  readImports(source)
    .list.filter((one) => one.isCertain)
    .map(({ kind, specifier }) => `${kind} ${specifier}`);
const others = (source: string) =>
  readImports(source)
    .list.filter((one) => !one.isCertain)
    .map(({ specifier }) => specifier);

describe('the certain imports of a file', () => {
  it.each([
    ['const a = require("a");', ['require a']],
    ["'use strict'\nconst a = require('a')\nconst { b } = require('b')\n", ['require a', 'require b']],
    ['var import_express = __toESM(require("express"));', ['require express']],
    ['var f = (this && this.f) || function (m) { return (m && m.x) ? m : {}; };\nconst x_1 = f(require("x"));', ['require x']],
    ['module.exports = { a: require("./a"), b: c ? 1 : 2, d: require("d") };', ['require ./a', 'require d']],
    ['if (require("os").cpus().length > 1) go();', ['require os']],
    ['const t = `a ${require("inner")} }`; const r = /["\'`]/; require("z")', ['require inner', 'require z']],
    ['#!/usr/bin/env node\nrequire("./cli")', ['require ./cli']],
    ['// require("no")\n/* require("no") */ require(/* c */ "yes")', ['require yes']],
    ['import a, { b as from } from "a"; import "b"; import * as c from \'c\'', ['import a', 'import b', 'import c']],
    ['import{a}from"a";export*from"b";export{c}from"c"', ['import a', 'import b', 'import c']],
    ['export const a = 1;\nexport default function f() {}\nimport x from "x" with { type: "json" };', ['import x']],
    ['var m = ({ "express": ((module) => { module.exports = require("express"); }), "a": 1 });', ['require express']],
    ['var m = {\n/***/ "pg":\n/***/ function(module) {\nmodule.exports = require("pg");\n/***/ }\n};', ['require pg']],
    ['const x = a / 2; const y = b / require("n");', ['require n']],
  ])('%s', (source, expected) => {
    expect(certain(source)).toEqual(expected);
  });
});

describe('the uncertain imports', () => {
  it.each([
    ['function f() { return require("a"); }', ['a']],
    ['const f = () => require("a");', ['a']],
    ['if (x) require("a"); else require("b");', ['a', 'b']],
    ['if (x)\n  require("a")\n', ['a']],
    ['const a = x && require("a"), b = y ? require("b") : require("c");', ['a', 'b', 'c']],
    ['const a = x &&\n  require("a")', ['a']],
    ['import("a").then(go)', ['a']],
    ['class A { m() { require("a") } }', ['a']],
    // Truncated: nothing in it is certain.
    ['require("a"); function f() {', ['a']],
  ])('%s', (source, expected) => {
    expect([certain(source), others(source)]).toEqual([[], expected]);
  });
});

describe('the optional imports', () => {
  it.each([
    'try { require("a") } catch {}',
    'try { f(() => { require("a") }) } catch (e) { }',
    'x.require("a")',
    'function require("a") {}',
  ])('%s', (source) => {
    expect(readImports(source).list).toEqual([]);
  });
});

it.each([
  ['import "a"', true],
  ['export {}', true],
  ['export default 1', true],
  ['export const a = 1', true],
  ['import("a")', false],
  ['const a = import.meta', false],
  ['module.exports = 1', false],
  ['exports.a = { import: 1, export: 2 }', false],
])('%s is an ES module: %s', (source, expected) => {
  expect(readImports(source).isModule).toBe(expected);
});
