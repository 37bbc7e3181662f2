import { tidy } from '@tensorflow/tfjs-core';

/** The same function, which frees every tensor that it made but its results. */
export const tidied =
  <Arguments extends readonly unknown[], Result>(method: (...given: Arguments) => Result) =>
  (...given: Arguments): Result =>
    tidy(() => method(...given) as never) as Result;
