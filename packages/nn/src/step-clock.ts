/** The share of the newest step in the running mean of step times. */
const share = 0.05;
const longestSilence = 30;

export interface StepTimes {
  /** A running mean that follows slowly. */
  readonly secondsPerStep: number;
  /** What the steps that are left will take at that pace. */
  readonly secondsLeft: number;
}

/** Keeps the time of a training. */
export interface StepClock {
  /** The times after step `step` has ended. */
  tick(step: number): StepTimes;
  /** Does not count the time that passed since the last step. */
  pause(): void;
  /** Lets timers and signals have their turn where steps never leave the event loop. */
  breathe(): Promise<void>;
}

/** A clock for a training of `steps` steps; it begins to run at once. */
export function stepClock(steps: number): StepClock {
  let last = performance.now();
  let lastBreath = last;
  let secondsPerStep: number | undefined;
  return {
    tick(step) {
      const now = performance.now();
      const seconds = (now - last) / 1000;
      last = now;
      secondsPerStep = secondsPerStep === undefined ? seconds : secondsPerStep + share * (seconds - secondsPerStep);
      return { secondsPerStep, secondsLeft: (steps - step) * secondsPerStep };
    },
    pause() {
      last = performance.now();
    },
    async breathe() {
      if (performance.now() - lastBreath < longestSilence) return;
      await new Promise((resolve) => setTimeout(resolve));
      lastBreath = performance.now();
    },
  };
}
