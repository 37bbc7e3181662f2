import { availableParallelism } from 'node:os';
import { OptionError } from './errors.ts';

/** How the work is shared out: what TensorFlow calls intra-op and inter-op parallelism. */
export interface Threads {
  /** Threads that compute one operation together. */
  readonly within: number;
  /** Operations that are computed beside each other. */
  readonly between: number;
}

const isNumber = (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1024;

/** One number is for both. @throws OptionError */
export function checkedThreads(given: number | Partial<Threads> | undefined): Partial<Threads> {
  if (given === undefined) return {};
  const { within, between, ...unknown } = typeof given === 'number' ? { within: given, between: given } : given;
  const shown = JSON.stringify(given);
  const [key] = Object.keys(unknown);
  if (key !== undefined) {
    throw new OptionError(`threads: ${shown} has ${key}, which is nothing that threads have.`, {
      value: given,
      remedy: 'Give a number, or { within, between }: threads within an operation, operations beside each other.',
    });
  }
  const wrong = [within, between].find((value) => value !== undefined && !isNumber(value));
  if (wrong !== undefined) {
    throw new OptionError(`${wrong} is no number of threads.`, {
      value: given,
      remedy: 'Use a whole number of 1 or more.',
    });
  }
  return { ...(within === undefined ? {} : { within }), ...(between === undefined ? {} : { between }) };
}

/** What TensorFlow starts with: numbers that were not given come from its own environment variables, else from the processors. */
export function startThreads(
  { within, between }: Partial<Threads>,
  { TF_NUM_INTRAOP_THREADS, TF_NUM_INTEROP_THREADS }: NodeJS.ProcessEnv = process.env,
): Threads {
  const from = (variable: string | undefined) =>
    isNumber(Number(variable)) ? Number(variable) : availableParallelism();
  return { within: within ?? from(TF_NUM_INTRAOP_THREADS), between: between ?? from(TF_NUM_INTEROP_THREADS) };
}

/** Whether all numbers that are asked for are those of `running`. */
export const fits = (asked: Partial<Threads>, running: Threads): boolean =>
  (asked.within ?? running.within) === running.within && (asked.between ?? running.between) === running.between;

/** Such as `2 threads`, or `1 thread within an operation, 2 operations beside each other`. */
export function describeThreads({ within, between }: Threads): string {
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  if (within === between) return count(within, 'thread');
  return `${count(within, 'thread')} within an operation, ${count(between, 'operation')} beside each other`;
}
