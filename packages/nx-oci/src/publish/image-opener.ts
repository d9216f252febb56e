import { type ImageRecord } from '../engines/image-record';
import { type PublishableImage } from './publishable-image';

/** Opens what a build left, of whichever engine, and stamps or checks it. */
export type ImageOpener = (record: ImageRecord, folder: string, labels: Readonly<Record<string, string>>) => Promise<PublishableImage>;
