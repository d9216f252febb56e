/* global jest */

// For a machine that is slow and has other work: five seconds, Jest's own limit, end specs there that are all right.
// A set-up file, for `testTimeout` of a project does not count where several run together.
jest.setTimeout(60_000);
