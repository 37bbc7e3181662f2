import { duration } from './report/format.ts';

export interface Stopwatch {
  /** Runs `work` and notes how long it took under `name`. */
  time<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Name and duration of each part so far and of all since the start. */
  parts(): { name: string; value: string; seconds: number }[];
}

/** Notes where time goes. */
export function stopwatch(): Stopwatch {
  const start = performance.now();
  const noted: { name: string; seconds: number }[] = [];
  return {
    async time(name, work) {
      const begin = performance.now();
      try {
        return await work();
      } finally {
        noted.push({ name, seconds: (performance.now() - begin) / 1000 });
      }
    },
    parts: () =>
      [...noted, { name: 'In all', seconds: (performance.now() - start) / 1000 }].map((part) => ({
        ...part,
        value: duration(part.seconds),
      })),
  };
}
