import { DeFlowError } from '@deflow/images';

/** Text that holds no BRISQUE model. */
export class BrisqueModelError extends DeFlowError {
  constructor(reason: string) {
    super(`This is no BRISQUE model: ${reason}`, {
      remedy: "Give the files allmodel and allrange of the authors' release, in that order.",
    });
  }
}
