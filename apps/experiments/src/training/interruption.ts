import type { Terminal } from '../terminal.ts';

/** Signals that arrive so soon after the first are the same one: npm passes on what the terminal has sent already. */
const echoMilliseconds = 1000;

/** What a process answers with after Ctrl-C. */
export const interruptedExitCode = 130;

export interface Interruption {
  readonly signal: AbortSignal;
  stopListening(): void;
}

/** The first Ctrl-C (or SIGTERM) asks for an orderly end, the second leaves at once. */
export function listenForInterruption(terminal: Terminal): Interruption {
  const controller = new AbortController();
  let first: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      terminal.line('\n  Stopping: what there is will be saved. Ctrl-C again leaves at once.');
      controller.abort();
    } else if (now - first > echoMilliseconds) process.exit(interruptedExitCode);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    stopListening() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
