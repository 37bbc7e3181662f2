import { type WasmBackend, withScratch } from './backend.ts';

/** An image in the backend's memory, [height, width, channels]. */
export interface ImageGeometry {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The window of the image that is wanted: it may begin before the image (negative) and end after it. */
export interface ImageWindow {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Gives `use` the window of each of `count` images that lie one after the other at `address`: the address of the
 * window's first number and the numbers from one of its rows to the next. Outside of the image there are zeros.
 */
export function forEachWindow(
  backend: WasmBackend,
  images: ImageGeometry & { readonly address: number; readonly count: number },
  window: ImageWindow,
  use: (address: number, rowLength: number, index: number) => void,
): void {
  const { address, count, height, width, channels } = images;
  const { top, left } = window;
  const size = height * width * channels;
  const isInside = top >= 0 && left >= 0 && top + window.height <= height && left + window.width <= width;
  if (isInside) {
    const rowLength = width * channels;
    const corner = address + 4 * (top * rowLength + left * channels);
    for (let index = 0; index < count; index++) use(corner + 4 * index * size, rowLength, index);
    return;
  }
  const rowLength = window.width * channels;
  const length = window.height * rowLength;
  const firstColumn = Math.max(0, left);
  const run = Math.max(0, Math.min(width, left + window.width) - firstColumn) * channels;
  withScratch(backend, length, (scratch) => {
    const heap = backend.wasm.HEAPF32;
    heap.fill(0, scratch / 4, scratch / 4 + length);
    const target = scratch / 4 + (firstColumn - left) * channels;
    for (let index = 0; index < count; index++) {
      const source = address / 4 + index * size + firstColumn * channels;
      for (let row = Math.max(0, top); row < Math.min(height, top + window.height); row++) {
        const start = source + row * width * channels;
        heap.copyWithin(target + (row - top) * rowLength, start, start + run);
      }
      use(scratch, rowLength, index);
    }
  });
}
