import { toRgb, toUint8 } from '@deflow/images';
import { readImage } from '@deflow/images/node';
import type { Picture } from './photographs.ts';

/** A file as 8-bit RGB. */
export const readPicture = async (path: string): Promise<Picture> => toUint8(toRgb(await readImage(path)));
