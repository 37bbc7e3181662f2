import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stepClock } from './step-clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('follows the times of steps slowly and says what is left', () => {
  const clock = stepClock(10);
  vi.advanceTimersByTime(2000);
  expect(clock.tick(1)).toEqual({ secondsPerStep: 2, secondsLeft: 18 });
  vi.advanceTimersByTime(4000);
  expect(clock.tick(2).secondsPerStep).toBeCloseTo(2.1, 10);
  expect(clock.tick(10).secondsLeft).toBe(0);
});

test('does not count pauses', () => {
  const clock = stepClock(10);
  vi.advanceTimersByTime(1000);
  clock.tick(1);
  vi.advanceTimersByTime(50_000);
  clock.pause();
  vi.advanceTimersByTime(1000);
  expect(clock.tick(2).secondsPerStep).toBeCloseTo(1, 10);
});

test('gives way now and then only', async () => {
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ['performance'] });
  const clock = stepClock(10);
  const turn = vi.fn();
  setTimeout(turn);
  await clock.breathe();
  expect(turn).not.toHaveBeenCalled();
  vi.advanceTimersByTime(35);
  await clock.breathe();
  expect(turn).toHaveBeenCalledTimes(1);
});
