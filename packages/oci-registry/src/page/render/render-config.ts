import type { ImageView } from '../gather/gather-image';
import { cutText } from './cut-text';
import { html, type Html } from './html';
import { printCount, printSize } from './print-amount';
import { NOTHING, renderBar, renderDigest, renderSection, renderTime, renderValue } from './render-parts';
import type { ShownImage } from '../gather/read-image';

export function renderLayers({ before }: Pick<ImageView, 'before'>, { layers }: ShownImage): Html {
  const largest = Math.max(1, ...layers.map(({ descriptor }) => descriptor.size));
  const known = new Set(before?.image.layers.map(({ descriptor }) => descriptor.digest));
  return renderSection(
    'layers',
    printCount(layers.length, 'layer'),
    html`<ol class="layers">
      ${layers.map(
        ({ descriptor, createdBy }) =>
          html`<li>
            <span class="size">${printSize(descriptor.size)}</span>
            ${renderBar(descriptor.size / largest, known.has(descriptor.digest) ? 'shared' : 'plain')}
            <span class="soft"
              >${renderDigest(descriptor.digest)}${known.has(descriptor.digest) ? html` · as in ${before?.tag ?? ''}` : NOTHING}</span
            >
            ${createdBy === '' ? NOTHING : html`<code class="step">${cutText(createdBy)}</code>`}
          </li>`,
      )}
    </ol>`,
  );
}

export function renderConfig({ settings, ports, env, labels }: ShownImage): Html {
  return html`${
    settings.size === 0 && ports.length === 0
      ? NOTHING
      : renderSection(
          'config',
          'Configuration',
          html`${renderPairs([...settings, ...(ports.length > 0 ? [['Ports', ports.join(', ')] as const] : [])])}`,
        )
  }
  ${
    env.length === 0
      ? NOTHING
      : renderSection(
          'env',
          'Environment',
          html`${renderPairs(env.map(({ name, value }) => [name, value]))}
          ${env.some(({ isHidden }) => isHidden) ? html`<p class="soft">Values that may be secret are hidden here; whoever pulls the image can read them.</p>` : NOTHING}`,
        )
  }
  ${labels.size === 0 ? NOTHING : renderSection('labels', 'Labels and annotations', renderPairs([...labels].sort(([one], [other]) => (one < other ? -1 : 1))))}`;
}

export function renderHistory({ history }: ShownImage): Html {
  if (history.length === 0) return NOTHING;
  return renderSection(
    'history',
    'History',
    html`<div class="table">
      <table class="history">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col" class="number">Layer</th>
            <th scope="col" class="number wide">Created</th>
          </tr>
        </thead>
        <tbody>
          ${history.map(
            ({ createdBy, comment, created, layer }) =>
              html`<tr>
                <td>
                  <code class="step">${cutText(createdBy || comment || 'no description')}</code>
                </td>
                <td class="number">${layer ? printSize(layer.size) : html`<span class="soft">none</span>`}</td>
                <td class="number wide">${renderTime(created)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`,
  );
}

/** Names and values. */
export function renderPairs(pairs: readonly (readonly [name: string, value: string])[]): Html {
  return html`<dl class="pairs">
    ${pairs.map(
      ([name, value]) =>
        html`<div>
          <dt>${cutText(name)}</dt>
          <dd>${value === '' ? html`<span class="soft">empty</span>` : renderValue(value)}</dd>
        </div>`,
    )}
  </dl>`;
}
