import { type Connection } from '../../connection/open-connection';
import { type ImageOpener } from './image-opener';
import { openLayoutImage } from './layout-image';

/** Opens layouts; layers of their bases are read where the bases are. */
export function imageOpener({ client }: Pick<Connection, 'client'>): ImageOpener {
  return (record, folder) => openLayoutImage({ record, folder, openBase: (base) => client.repository(base) });
}
