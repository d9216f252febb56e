import { environmentPage } from './pages/environment.mjs';
import { errorsPage } from './pages/errors.mjs';
import { executorsPage } from './pages/executors.mjs';
import { exitCodesPage } from './pages/exit-codes.mjs';
import { generatorsPage } from './pages/generators.mjs';
import { registryBehaviourPage } from './pages/registry-behaviour.mjs';
import { registriesYamlPage } from './pages/registries-yaml.mjs';
import { reportsPage } from './pages/reports.mjs';
import { tagRulesPage } from './pages/tag-rules.mjs';

const NOTE = '<!-- Written by `npm run reference`: change the schemas and tools/reference, not this page. -->';

/** All generated pages by their path below docs. */
export async function renderPages() {
  const pages = {
    'reference/registries-yaml.md': registriesYamlPage,
    'reference/executors.md': executorsPage,
    'reference/generators.md': generatorsPage,
    'reference/tag-rules.md': tagRulesPage,
    'reference/reports.md': reportsPage,
    'reference/environment.md': environmentPage,
    'reference/exit-codes.md': exitCodesPage,
    'reference/errors.md': errorsPage,
  };
  const rendered = {};
  for (const [name, render] of Object.entries(pages)) rendered[name] = [NOTE, ...(await render()), ''].join('\n\n');
  rendered['registries.md'] = [...(await registryBehaviourPage()), ''].join('\n\n');
  return rendered;
}
