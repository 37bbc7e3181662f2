import type { FlatPatchStatistics, PairStatistics } from '@deflow/metrics';

/** What one method's noise looks like beside the real one. */
export interface NoiseMeasurement {
  readonly flat: FlatPatchStatistics;
  /** Degraded minus clean of the held-out pictures. */
  readonly pair?: PairStatistics;
}

/** One demand on learned noise. `passed` is undefined where the pictures allow no answer. */
export interface AcceptanceRow {
  readonly quantity: string;
  /** What has to hold, with the numbers that follow from the real noise. */
  readonly demand: string;
  readonly value: number;
  readonly passed: boolean | undefined;
}

/**
 * The demands of a short training, all of which have to hold together: noise that is right in level alone fails on
 * correlation and brightness, noise that copies texture fails on detail.
 * Limits are relative to the real noise, so that they mean the same for every camera.
 *
 * @param real - The folder of really degraded pictures.
 * @param trueBias - The mean colour change that the degradation really makes, where it is known; 0 otherwise.
 */
export function acceptance(
  real: FlatPatchStatistics,
  { flat, pair }: NoiseMeasurement,
  trueBias: readonly number[] = [0, 0, 0],
): AcceptanceRow[] {
  const farthest = (differences: readonly number[]) => Math.max(...differences.map(Math.abs));
  const realBrightness = real.brightness[0] / real.brightness[3];
  const realDetail = real.texture.textured / real.texture.flat;
  const brightnessLimit = 1 + brightnessPart * (realBrightness - 1);
  const bias = pair ? farthest(pair.bias.map((change, channel) => change - trueBias[channel]!)) : Number.NaN;
  const channels = ['rg', 'gb', 'rb'] as const;
  return [
    within('Level, ratio to real', flat.std / real.std, 0.8, 1.25),
    atMost(
      'Correlation of neighbours, difference',
      farthest([
        flat.correlationHorizontal - real.correlationHorizontal,
        flat.correlationVertical - real.correlationVertical,
      ]),
      0.12,
    ),
    atMost(
      'Correlation of channels, difference',
      farthest(channels.map((name) => flat.channelCorrelation[name] - real.channelCorrelation[name])),
      0.18,
    ),
    realBrightness >= 1
      ? atLeast('Level in shadows over highlights', flat.brightness[0] / flat.brightness[3], brightnessLimit)
      : atMost('Level in shadows over highlights', flat.brightness[0] / flat.brightness[3], brightnessLimit),
    atMost('Finest detail, textured over flat', flat.texture.textured / flat.texture.flat, 1.32 * realDetail),
    within('Finest detail in flat areas, ratio to real', flat.texture.flat / real.texture.flat, 0.7, 1.5),
    atMost('Change of colour, any channel', bias, 3),
    atMost('Kurtosis, difference', Math.abs(flat.kurtosis - real.kurtosis), 0.4),
  ];
}

/** How much of the real dependence on brightness has to be there. */
const brightnessPart = 0.31;

const row = (quantity: string, demand: string, value: number, limits: readonly number[], passed: boolean) => ({
  quantity,
  demand,
  value,
  passed: [value, ...limits].every(Number.isFinite) ? passed : undefined,
});

const atMost = (quantity: string, value: number, most: number): AcceptanceRow =>
  row(quantity, `≤ ${most.toFixed(2)}`, value, [most], value <= most);

const atLeast = (quantity: string, value: number, least: number): AcceptanceRow =>
  row(quantity, `≥ ${least.toFixed(2)}`, value, [least], value >= least);

const within = (quantity: string, value: number, least: number, most: number): AcceptanceRow =>
  row(quantity, `${least.toFixed(2)} to ${most.toFixed(2)}`, value, [], value >= least && value <= most);

/** How many rows of those that could be judged are met. */
export function countPassed(rows: readonly AcceptanceRow[]): { passed: number; judged: number } {
  const judged = rows.filter(({ passed }) => passed !== undefined);
  return { passed: judged.filter(({ passed }) => passed).length, judged: judged.length };
}
