#!/usr/bin/env node
// The program of @nx-oci/registry: pnpm and yarn link the programs of direct dependencies only.
require('@nx-oci/registry/main');
