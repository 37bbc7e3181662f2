import type { DeFlowConfig } from './config.ts';

/**
 * Bytes that a translation holds for each pixel of an image or tile: what `prepare` computes for every conditional step (the first hidden
 * layer of the coupling's network, the output of the injector's), and the features.
 */
export function memoryPerPixel({ levels, step, conditioning }: DeFlowConfig): number {
  const { network } = conditioning;
  const features = network.channels * (network.kind === 'rrdb' ? 1 + network.taps.length : 1);
  let numbers = 0;
  let channels = 3;
  levels.forEach((level, index) => {
    channels *= 4;
    numbers += (level.steps * (step.hiddenChannels + 2 * channels) + features) / 4 ** (index + 1);
    if (level.split) channels /= 2;
  });
  return 4 * numbers;
}
