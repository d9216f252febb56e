/* global jest */

// For slow and busy machines, where Jest's default of five seconds would end correct specs.
// In a set-up file, since Jest ignores `testTimeout` of a project when several run together.
jest.setTimeout(60_000);
