export { NoPatchesError, PairSizeError } from './errors.ts';
export { type FlatPatchStatistics, flatPatchStatistics } from './flat-patch-statistics.ts';
export type { ChannelCorrelation, NoiseShape } from './noise-moments.ts';
export { type ImagePair, type PairStatistics, pairStatistics } from './pair-statistics.ts';
