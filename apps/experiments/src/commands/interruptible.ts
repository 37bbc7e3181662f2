import type { Terminal } from '../terminal.ts';
import { listenForInterruption } from '../training/interruption.ts';

/** Does `work` while Ctrl-C asks for its orderly end, through the signal. */
export async function interruptible<Result>(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { signal, stopListening } = listenForInterruption(terminal);
  try {
    return await work(signal);
  } finally {
    stopListening();
  }
}
