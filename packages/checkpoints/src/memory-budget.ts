import { CheckpointLimitError } from './errors.ts';

const factor = 16;
const free = 2 ** 24;

/** Counts memory that is taken beyond the file itself, so that a small file cannot ask for much. */
export class MemoryBudget {
  #left: number;

  constructor(readonly fileLength: number) {
    this.#left = factor * fileLength + free;
  }

  /** @throws CheckpointLimitError when more than 16 MiB and 16 times the file have been taken. */
  take(bytes: number, what: string): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw new CheckpointLimitError(`${what} takes ${bytes} bytes, far more than the file's ${this.fileLength}.`, {
      remedy: 'The file is built to exhaust memory, or repeats one number many times: save a copy of its tensors.',
      value: bytes,
    });
  }
}
