/** What a name in a pickle stands for: never a class or a function of ours, only what to make of its arguments. */
export class PickledGlobal {
  constructor(
    readonly name: string,
    /** What calling it gives; undefined when it cannot be called. */
    readonly call?: (values: readonly unknown[]) => unknown,
  ) {}
}
