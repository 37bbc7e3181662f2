import { type CheckpointTensor, toFloat32 } from '@deflow/checkpoints';
import { namedParameters } from '@deflow/nn';
import { scalar, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { DeFlow } from '../deflow.ts';
import { InvalidConfigError } from '../errors.ts';
import { kernelFromReleased } from './axes.ts';
import { type ReleasedTensor, releasedLayout } from './layout.ts';
import { compareKeys, type ReleasedReport, requireMatch } from './mismatch.ts';
import { rrdbTensors } from './rrdb-layout.ts';
import { rrdbNames } from './rrdb-names.ts';

export interface ImportReleasedOptions {
  /** false lets keys be missing or unexpected; shapes must always agree. */
  readonly strict?: boolean;
}

export interface ReleasedImport extends ReleasedReport {
  /** Tensors that the released program stores and never uses: `exportReleased` puts them back. */
  readonly unused: ReadonlyMap<string, CheckpointTensor>;
}

/** Gives our parameters of one released tensor their values. */
function assignParts(variables: ReadonlyMap<string, Variable>, { shape, parts }: ReleasedTensor, values: Float32Array) {
  for (const { path, inputs } of parts) {
    const variable = variables.get(path)!;
    const isKernel = variable.rank === 4;
    const kernel = shape as [number, number, number, number];
    const own = isKernel
      ? kernelFromReleased(values, { shape: kernel, inputs: inputs ?? [0, kernel[1]] })
      : values.slice();
    tidy(() => variable.assign(tensor(own, variable.shape)));
  }
}

function importTensors(
  model: DeFlow,
  layout: readonly ReleasedTensor[],
  tensors: ReadonlyMap<string, CheckpointTensor>,
): ReadonlyMap<string, CheckpointTensor> {
  const variables = namedParameters(model.parameters);
  const unused = new Map<string, CheckpointTensor>();
  for (const released of layout) {
    const found = tensors.get(released.key);
    if (found && released.parts.length === 0) unused.set(released.key, found);
    else if (found) assignParts(variables, released, toFloat32(found));
  }
  return unused;
}

const shapesOf = (layout: readonly ReleasedTensor[]) => new Map(layout.map(({ key, shape }) => [key, shape]));

/**
 * Gives `model` the parameters of a state dict of the released DeFlow, such as `readCheckpoint(path)` of `@deflow/checkpoints/node`
 * reads: 1957 tensors for AIM, 1955 for NTIRE and DPED.
 * @throws ParameterMismatchError listing missing, unexpected and misshapen tensors; then nothing has changed. InvalidConfigError
 * when the model is not of the released structure.
 */
export function importReleased(
  model: DeFlow,
  tensors: ReadonlyMap<string, CheckpointTensor>,
  { strict = true }: ImportReleasedOptions = {},
): ReleasedImport {
  const layout = releasedLayout(model.config);
  const report = compareKeys(shapesOf(layout), tensors);
  const remedy = 'Build the model with the preset that the file belongs to (aim, ntire, dped), or give another file.';
  requireMatch(report, { strict, remedy });
  const unused = importTensors(model, layout, tensors);
  tidy(() => model.initialized.assign(scalar(1)));
  return { ...report, unused };
}

/**
 * Gives the conditioning network of `model` the parameters of an RRDB network trained for PSNR, as published trainings start. All three
 * families of names are known: `conv_first` with `RRDB_trunk` (2020), `model.0` (2018), `conv_first` with `body` (BasicSR).
 * Enlargements and the RGB head that the conditioning does not use are left out.
 * @throws ParameterMismatchError listing missing, unexpected and misshapen tensors by the names of 2020; then nothing has changed.
 * InvalidConfigError when the model has no RRDB network.
 */
export function importRrdb(model: DeFlow, tensors: ReadonlyMap<string, CheckpointTensor>): void {
  const { network, reduction } = requireRrdb(model);
  const names = rrdbNames([...tensors.keys()]);
  const renamed = new Map([...tensors.values()].map((tensor, index) => [names[index]!, tensor]));
  const used = rrdbTensors(network, reduction).filter(({ parts }) => parts.length > 0);
  const unneeded = /^(upconv\d|HRconv|conv_last)\.|^(I|mean_shift|cov_shift|flowUpsamplerNet\..*)$/;
  const keys = new Set(used.map(({ key }) => key));
  const considered = new Map([...renamed].filter(([key]) => keys.has(key) || !unneeded.test(key)));
  requireMatch(compareKeys(shapesOf(used), considered), {
    strict: true,
    remedy: 'Give an RRDB network of the sizes that the model’s `conditioning.network` says.',
  });
  importTensors(model, used, considered);
}

function requireRrdb({ config }: DeFlow) {
  const { network, reduction } = config.conditioning;
  if (network.kind === 'rrdb') return { network, reduction };
  throw new InvalidConfigError('The conditioning network of this model is no RRDB network.', {
    remedy: "Build the model with `conditioning.network` of kind 'rrdb', as aim, ntire and dped do.",
    value: network,
  });
}
