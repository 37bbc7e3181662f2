/** A named check; it throws when something is wrong and tells what it measured. */
export interface ConformanceCase {
  readonly name: string;
  run(): Promise<Readonly<Record<string, number>>>;
}

export function expectBelow(what: string, error: number, bound: number): void {
  if (!(error < bound)) throw new Error(`${what}: the error is ${error}, not below ${bound}.`);
}

export function expectTrue(what: string, fact: boolean): void {
  if (!fact) throw new Error(`${what} does not hold.`);
}

/** That calling throws (or rejects with) an error of this name. */
export async function expectError(what: string, name: string, call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    if ((error as Error).name === name) return;
    throw new Error(`${what}: the error is ${(error as Error).name} (${(error as Error).message}), not ${name}.`);
  }
  throw new Error(`${what}: there is no ${name}.`);
}
