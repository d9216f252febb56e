import { readChoices } from './read-choices';

it.each([
  ['FROM node AS build\nFROM nginx\nCOPY --from=build /dist /\n', ['1']],
  ['FROM node AS base\nFROM base AS build\nFROM base AS production\nCOPY --from=build /dist /\n', ['production']],
  ['FROM node AS build\nFROM build AS test\nFROM nginx AS production\nCOPY --from=build /dist /\n', ['test', 'production']],
  ['FROM node AS one\nFROM node AS two\nRUN --mount=type=bind,from=one,target=/x ls\n', ['two']],
  ['FROM scratch\n', ['0']],
])('names the stages that are images of their own: %j', (text, products) => {
  expect(readChoices(text).products).toEqual(products);
});

it('names the arguments without a value that no builder sets', () => {
  const text = 'ARG NODE=22\nARG MIRROR\nFROM node:${NODE}\nARG NODE\nARG VERSION COMMIT=main\nARG TARGETARCH\nARG http_proxy\n';
  expect(readChoices(text).openArguments).toEqual(['MIRROR', 'VERSION']);
});
