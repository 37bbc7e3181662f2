/** Steps that one line of metrics.jsonl covers in a training of so many steps. */
export const recordInterval = (steps: number): number => Math.min(20, Math.max(1, Math.floor(steps / 100)));

/** The largest number up to `steps` that is made of whole records: a last one of a few steps would only be noise. */
export const wholeRecords = (steps: number, every: number = recordInterval(steps)): number =>
  Math.max(every, Math.floor(steps / every) * every);
