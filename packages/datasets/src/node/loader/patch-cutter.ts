/** Where the samples of one image begin: RGB in tiles as `toTiles` lays them out, 8 or 16 bits (little-endian). */
export interface CutterImage {
  /** Index into the files of the source. */
  readonly file: number;
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16;
}

export interface CutterSource {
  readonly tile: number;
  /** Paths of packs, or their bytes. */
  readonly files: readonly (string | Uint8Array)[];
  readonly images: readonly CutterImage[];
}

/** Square patches of one size. */
export interface CutList {
  readonly size: number;
  /** Five numbers for each patch: source, image, x, y, orientation. */
  readonly cuts: Int32Array;
}

export interface CutJob {
  readonly lists: readonly CutList[];
  readonly samples: 'float32' | 'uint8';
}

/** For each list of a job: [patches, size, size, 3]. */
export type CutPatches = (Float32Array | Uint8Array)[];

export interface PatchCutter {
  cut(job: CutJob): CutPatches;
  close(): void;
}

/** The little of `node:fs` that a cutter needs. */
export interface CutterFiles {
  openSync(path: string, flags: 'r'): number;
  readSync(file: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  closeSync(file: number): void;
}

/** Copies `count` pixels from byte `at` of a row to sample `put`; each pixel lies `step` samples after the one before. */
type CopyRow = (bytes: Uint8Array, at: number, put: number, step: number, count: number) => void;

/**
 * Cuts patches out of tiled images. Of each row of tiles that a patch touches the tiles side by side are one read.
 *
 * Orientation: bit 0 mirrors left and right, bit 1 top and bottom, bit 2 then exchanges rows and columns.
 *
 * The text of this function is also what a decoding worker runs, so that loaders work from any bundle. It refers to
 * nothing outside of itself, and its parts are methods: bundlers that keep the names of functions wrap all others in a helper.
 */
export function createPatchCutter(sources: readonly CutterSource[], fs: CutterFiles): PatchCutter {
  const opened = new Map<string, number>();
  let scratch = new Uint8Array(1 << 18);
  const ofByte = Float32Array.from({ length: 256 }, (_, value) => value / 255);

  const parts = {
    bytesAt(file: string | Uint8Array, from: number, length: number): Uint8Array {
      if (typeof file !== 'string') return file.subarray(from, from + length);
      let handle = opened.get(file);
      if (handle === undefined) {
        handle = fs.openSync(file, 'r');
        opened.set(file, handle);
      }
      if (scratch.length < length) scratch = new Uint8Array(2 * length);
      for (let done = 0; done < length; ) {
        const count = fs.readSync(handle, scratch, done, length - done, from + done);
        if (count === 0) throw new Error(`${file} ends early`);
        done += count;
      }
      return scratch;
    },

    toFloats(bits: 8 | 16, to: Float32Array): CopyRow {
      if (bits === 8)
        return (bytes, at, put, step, count) => {
          for (let n = 0; n < count; n++, at += 3, put += step) {
            to[put] = ofByte[bytes[at]!]!;
            to[put + 1] = ofByte[bytes[at + 1]!]!;
            to[put + 2] = ofByte[bytes[at + 2]!]!;
          }
        };
      return (bytes, at, put, step, count) => {
        for (let n = 0; n < count; n++, put += step)
          for (let channel = 0; channel < 3; channel++, at += 2)
            to[put + channel] = (bytes[at]! + 256 * bytes[at + 1]!) / 65535;
      };
    },

    toBytes(bits: 8 | 16, to: Uint8Array): CopyRow {
      if (bits === 8)
        return (bytes, at, put, step, count) => {
          if (step === 3) to.set(bytes.subarray(at, at + 3 * count), put);
          else
            for (let n = 0; n < count; n++, at += 3, put += step)
              for (let channel = 0; channel < 3; channel++) to[put + channel] = bytes[at + channel]!;
        };
      return (bytes, at, put, step, count) => {
        for (let n = 0; n < count; n++, put += step)
          for (let channel = 0; channel < 3; channel++, at += 2)
            to[put + channel] = Math.floor((bytes[at]! + 256 * bytes[at + 1]!) / 257 + 0.5);
      };
    },

    /** Cuts one patch with its corner at (left, top) into `patches`, from sample `start`. */
    cutOne(
      { tile, files }: CutterSource,
      { file, offset, width, height, bits }: CutterImage,
      left: number,
      top: number,
      orientation: number,
      size: number,
      patches: Float32Array | Uint8Array,
      start: number,
    ): void {
      const sampleBytes = bits / 8;
      const copy = patches instanceof Float32Array ? parts.toFloats(bits, patches) : parts.toBytes(bits, patches);
      const [across, down] = orientation & 4 ? [size, 1] : [1, size];
      const stepX = (orientation & 1 ? -across : across) * 3;
      const stepY = (orientation & 2 ? -down : down) * 3;
      const corner =
        start + ((orientation & 1 ? (size - 1) * across : 0) + (orientation & 2 ? (size - 1) * down : 0)) * 3;
      const right = left + size;
      const bottom = top + size;
      const firstLeft = left - (left % tile);
      const end = Math.min(right + tile - 1 - ((right - 1) % tile), width);
      for (let tileTop = top - (top % tile); tileTop < bottom; tileTop += tile) {
        const tileHeight = Math.min(tile, height - tileTop);
        const from = offset + 3 * sampleBytes * (tileTop * width + firstLeft * tileHeight);
        const bytes = parts.bytesAt(files[file]!, from, 3 * sampleBytes * (end - firstLeft) * tileHeight);
        for (let tileLeft = firstLeft; tileLeft < right; tileLeft += tile) {
          const tileWidth = Math.min(tile, width - tileLeft);
          const tileStart = 3 * sampleBytes * (tileLeft - firstLeft) * tileHeight;
          const x0 = Math.max(left, tileLeft);
          const count = Math.min(right, tileLeft + tileWidth) - x0;
          for (let y = Math.max(top, tileTop); y < Math.min(bottom, tileTop + tileHeight); y++) {
            const at = tileStart + 3 * sampleBytes * ((y - tileTop) * tileWidth + x0 - tileLeft);
            copy(bytes, at, corner + (x0 - left) * stepX + (y - top) * stepY, stepX, count);
          }
        }
      }
    },
  };

  return {
    cut({ lists, samples }) {
      return lists.map(({ size, cuts }) => {
        const count = cuts.length / 5;
        const length = count * size * size * 3;
        const patches = samples === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
        for (let n = 0; n < count; n++) {
          const source = sources[cuts[5 * n]!]!;
          const image = source.images[cuts[5 * n + 1]!]!;
          const [x, y, orientation] = [cuts[5 * n + 2]!, cuts[5 * n + 3]!, cuts[5 * n + 4]!];
          parts.cutOne(source, image, x, y, orientation, size, patches, n * size * size * 3);
        }
        return patches;
      });
    },
    close() {
      for (const handle of opened.values()) fs.closeSync(handle);
      opened.clear();
    },
  };
}
