/** What an installation is doing. */
export interface InstallProgress {
  readonly step: 'wait' | 'download' | 'check' | 'unpack' | 'compile';
  /** What the step works on: a wheel, or the binding. */
  readonly name: string;
  /** Bytes done of `total`; both 0 where a step has no measure. */
  readonly done: number;
  readonly total: number;
}

export type OnProgress = (progress: InstallProgress) => void;
