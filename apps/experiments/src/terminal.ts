/** Where a command writes what it tells. */
export interface Terminal {
  readonly interactive: boolean;
  line(text?: string): void;
}

/** Standard output. */
export const terminal: Terminal = {
  interactive: process.stdout.isTTY === true,
  line: (text = '') => process.stdout.write(`${text}\n`),
};
