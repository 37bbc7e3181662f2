import { CheckpointFormatError, CheckpointTruncatedError } from './errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads numbers and texts one after the other. @throws CheckpointTruncatedError where the bytes end. */
export class ByteCursor {
  readonly #view: DataView;
  position: number;

  constructor(
    readonly bytes: Uint8Array,
    position = 0,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  /** Goes `count` bytes on and says where they begin. */
  #step(count: number): number {
    const begin = this.position;
    if (count > this.bytes.length - begin) {
      throw new CheckpointTruncatedError(
        `${count} bytes should follow position ${begin}; there are ${this.bytes.length - begin}.`,
        { remedy: 'The file is cut off or damaged: fetch it again.', value: begin },
      );
    }
    this.position += count;
    return begin;
  }

  take(count: number): Uint8Array {
    const begin = this.#step(count);
    return this.bytes.subarray(begin, begin + count);
  }

  uint8 = (): number => this.#view.getUint8(this.#step(1));
  uint16 = (): number => this.#view.getUint16(this.#step(2), true);
  uint32 = (): number => this.#view.getUint32(this.#step(4), true);
  int32 = (): number => this.#view.getInt32(this.#step(4), true);
  float64BigEndian = (): number => this.#view.getFloat64(this.#step(8));

  /** @throws CheckpointTruncatedError for numbers so large that no file has as many bytes. */
  uint64(): number {
    const value = Number(this.#view.getBigUint64(this.#step(8), true));
    if (Number.isSafeInteger(value)) return value;
    const remedy = 'The file is damaged: fetch it again.';
    throw new CheckpointTruncatedError(`A size of ${value} bytes is announced.`, { remedy, value });
  }

  /** `count` bytes of UTF-8. */
  text(count: number): string {
    const begin = this.position;
    try {
      return utf8.decode(this.take(count));
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      const remedy = 'The file is damaged, or no checkpoint: fetch it again.';
      throw new CheckpointFormatError(`The text at position ${begin} is no UTF-8.`, { remedy, value: begin, cause });
    }
  }

  /** The text up to the next line feed. */
  line(): string {
    const end = this.bytes.indexOf(10, this.position);
    const text = this.text((end < 0 ? this.bytes.length + 1 : end) - this.position);
    this.position++;
    return text;
  }
}
