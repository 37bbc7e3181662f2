import { DeFlowError } from '@deflow/images';

/** Weights are not where they are looked for. */
export class MissingWeightsError extends DeFlowError {
  constructor(path: string, name: string) {
    super(`There are no weights ${path}.`, {
      remedy: `Run: deflow-metrics weights fetch ${name}`,
      value: path,
    });
  }
}

/** A published file could not be fetched. */
export class WeightsDownloadError extends DeFlowError {
  constructor({ name, address }: { name: string; address: string }, reason: string, cause?: unknown) {
    super(`${address} could not be fetched: ${reason}.`, {
      remedy: `If this machine reaches nothing, download the file elsewhere and give it: deflow-metrics weights fetch ${name} --from FILE`,
      value: address,
      cause,
    });
  }
}

/** A file is not the published one. */
export class WeightsChecksumError extends DeFlowError {
  constructor(origin: string, sha256: string, expected: string) {
    super(`${origin} has the SHA-256 ${sha256}, the published file ${expected}${expected.length < 64 ? '...' : ''}.`, {
      remedy: 'Fetch it again: it was cut off or altered. Weights of your own: deflow-metrics weights convert.',
      value: sha256,
    });
  }
}
