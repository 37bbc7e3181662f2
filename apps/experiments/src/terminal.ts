/** Where a command writes what it tells. */
export interface Terminal {
  /** Whether a progress bar can be drawn. */
  readonly interactive: boolean;
  line(text?: string): void;
  /** What went wrong. */
  complaint(text: string): void;
}

/** Standard output, and standard error for complaints. */
export const terminal: Terminal = {
  interactive: process.stdout.isTTY === true,
  line: (text = '') => process.stdout.write(`${text}\n`),
  complaint: (text) => process.stderr.write(`\n${text}\n`),
};
