import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';

const silent = { interactive: false, line() {}, complaint() {} };

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('asks for an orderly end first, and leaves at once the second time', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation((() => {}) as never);
  const { signal, stopListening } = listenForInterruption(silent);
  process.emit('SIGINT');
  expect(signal.aborted).toBe(true);
  expect(exit).not.toHaveBeenCalled();

  vi.advanceTimersByTime(1500);
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledWith(interruptedExitCode);
  stopListening();
});

it('takes the signal that npm passes on for the same one', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation((() => {}) as never);
  const { stopListening } = listenForInterruption(silent);
  process.emit('SIGINT');
  vi.advanceTimersByTime(200);
  process.emit('SIGINT');
  expect(exit).not.toHaveBeenCalled();
  stopListening();
});

it('leaves the process as it was', () => {
  const before = process.listenerCount('SIGINT');
  listenForInterruption(silent).stopListening();
  expect(process.listenerCount('SIGINT')).toBe(before);
});
