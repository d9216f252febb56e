import { type FormerWorkspace } from './former-workspace';
import { WORKSPACES_WITH_ACTIONS } from './workspaces-with-actions';
import { WORKSPACES_WITH_CONDITIONS } from './workspaces-with-conditions';
import { WORKSPACES_WITH_PLUGINS } from './workspaces-with-plugins';
import { WORKSPACES_WITH_SCRIPTS } from './workspaces-with-scripts';

/** Shapes of public workspaces, each retold in words of our own. */
export const FORMER_WORKSPACES: readonly FormerWorkspace[] = [
  ...WORKSPACES_WITH_ACTIONS,
  ...WORKSPACES_WITH_CONDITIONS,
  ...WORKSPACES_WITH_SCRIPTS,
  ...WORKSPACES_WITH_PLUGINS,
];
