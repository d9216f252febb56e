import { isRunnable } from '../gather/descriptions';
import type { ImageView } from '../gather/gather-image';
import { html, type Html } from './html';
import { pullCommands, type Pulled, type Site } from '../gather/pull-commands';
import type { ShownImage } from '../gather/read-image';
import { renderCopy, renderSection } from './render-parts';

/** How to pull an image, by tag and by digest. */
export function renderPullCommands(site: Site, { repository, reference, manifest, image }: ImageView): Html {
  const pinned = `${site.host}/${repository}@${manifest.digest}`;
  return renderSection(
    'pull',
    'Pull',
    html`${pullCommands(site, { repository, reference, kind: kindOf(image) }).map(
        ({ tool, command }) =>
          html`<h3>${tool}</h3>
            <p class="command"><code>${command}</code>${renderCopy(command, `command for ${tool}`)}</p>`,
      )}
      <h3>Always the same image</h3>
      <p class="command"><code>${pinned}</code>${renderCopy(pinned, 'reference with digest')}</p>`,
  );
}

function kindOf(image: ShownImage | undefined): Pulled['kind'] {
  if (!image || isRunnable(image.manifest)) return 'image';
  return image.manifest.config.mediaType === 'application/vnd.cncf.helm.config.v1+json' ? 'chart' : 'artifact';
}
