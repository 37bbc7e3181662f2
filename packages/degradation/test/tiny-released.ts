import { randomizeParameters } from '@deflow/flows/conformance';
import { createRandom } from '@deflow/images';
import { createDeFlow, type DeFlow, type DeFlowConfig, ntire } from '../src/index.ts';

/** The published structure with few blocks, steps and channels. */
export const tinyReleased: DeFlowConfig = {
  ...ntire.model,
  conditioning: {
    ...ntire.model.conditioning,
    network: { kind: 'rrdb', channels: 4, growthChannels: 2, blocks: 2, taps: [0, 1] },
  },
  step: { ...ntire.model.step, hiddenChannels: 6 },
  levels: [
    { transitionSteps: 1, steps: 1, split: true },
    { transitionSteps: 0, steps: 2 },
  ],
};

/** A model of it whose parameters have moved away from their start. */
export function randomModel(seed: number, config: DeFlowConfig = tinyReleased): DeFlow {
  const model = createDeFlow({ config, random: createRandom(seed) });
  randomizeParameters(model.parameters, createRandom(`${seed} moved`), 0.1);
  return model;
}
