import { toRgb } from './channels.ts';
import { toUint8 } from './convert-samples.ts';
import { ImageSizeError, OptionError } from './errors.ts';
import { copyRows } from './geometry.ts';
import type { Image } from './image.ts';

export interface GridOptions {
  /** Images in a row; default: as square as possible. */
  readonly columns?: number;
  /** Pixels between neighbours and around all; default 4. */
  readonly gap?: number;
  /** RGB from 0 to 1, also behind images smaller than their cell; default white. */
  readonly background?: readonly [number, number, number];
}

/**
 * Images of any kind side by side, row by row, as one 8-bit RGB image. Every cell has the size of the largest image;
 * smaller ones sit in its middle.
 *
 * @throws ImageSizeError when there is no image, OptionError when `columns` or `gap` make no sense.
 */
export function grid(images: readonly Image[], options: GridOptions = {}): Image<Uint8Array> {
  if (images.length === 0)
    throw new ImageSizeError('There is no image to show in a grid.', { remedy: 'Give at least one image.' });
  const { columns = Math.ceil(Math.sqrt(images.length)), gap = 4, background = [1, 1, 1] } = options;
  if (!Number.isInteger(columns) || columns < 1 || !Number.isInteger(gap) || gap < 0)
    throw new OptionError(`A grid cannot have ${columns} columns with gaps of ${gap}.`, {
      value: { columns, gap },
      remedy: 'Give whole numbers: at least 1 column, a gap of at least 0 pixels.',
    });
  const cells = images.map((image) => toUint8(toRgb(image, { background })));
  const cellWidth = Math.max(...cells.map(({ width }) => width));
  const cellHeight = Math.max(...cells.map(({ height }) => height));
  const rows = Math.ceil(images.length / columns);
  const width = gap + columns * (cellWidth + gap);
  const height = gap + rows * (cellHeight + gap);
  const colour = background.map((value) => Math.round(255 * value));
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = colour[i % 3]!;
  const canvas: Image<Uint8Array> = { width, height, channels: 3, data };
  cells.forEach((cell, index) => {
    const x = gap + (index % columns) * (cellWidth + gap) + Math.floor((cellWidth - cell.width) / 2);
    const y = gap + Math.floor(index / columns) * (cellHeight + gap) + Math.floor((cellHeight - cell.height) / 2);
    copyRows(cell, { x: 0, y: 0, width: cell.width, height: cell.height }, canvas, x, y);
  });
  return canvas;
}
