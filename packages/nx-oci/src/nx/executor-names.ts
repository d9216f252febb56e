// The names of our executors in projects, as Nx passes them to plugins and tasks.

export const BUILD_EXECUTOR = 'nx-oci:build';
export const TEST_EXECUTOR = 'nx-oci:test';
export const PUBLISH_EXECUTOR = 'nx-oci:publish';
export const COPY_EXECUTOR = 'nx-oci:copy';
export const RELEASE_EXECUTOR = 'nx-oci:release-publish';
export const PLAN_EXECUTOR = 'nx-oci:plan';
export const REBASE_EXECUTOR = 'nx-oci:rebase';
export const DOCTOR_EXECUTOR = 'nx-oci:doctor';
export const DEPENDENCIES_EXECUTOR = 'nx-oci:dependencies';
