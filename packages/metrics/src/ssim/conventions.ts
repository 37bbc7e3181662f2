import { blockMeans, filteredSamples, type Plane } from '../filters/decimate.ts';
import { gaussianWindow, uniformWindow } from '../filters/windows.ts';
import type { Colour } from '../input/colour.ts';
import type { SimilarityOptions } from './similarity.ts';

/**
 * Whose SSIM. All but `skimage` have a Gaussian window of 11 x 11, sigma 1.5, that lies inside of the image, and
 * covariances of the population:
 * - `wang`: ssim_index.m, grey (MATLAB's rgb2gray);
 * - `matlab`: the later ssim.m, grey, first shrunk by round(smaller side / 256) after a centred mean filter;
 * - `basicsr`: mean over the channels, or Y with `colour: 'y601'`;
 * - `piq`: mean over the channels, first shrunk by round(smaller side / 256) (ties to even) to means of blocks;
 * - `pyiqa`: grey of 0.299, 0.587, 0.114, rounded; negative contrast-structure terms count as 0;
 * - `skimage`: the default of scikit-image, a uniform window of 7 x 7 and covariances of a sample, mean over the channels.
 */
export type SsimConvention = 'wang' | 'matlab' | 'basicsr' | 'piq' | 'pyiqa' | 'skimage';

interface Convention extends Omit<SimilarityOptions, 'map'> {
  readonly colour: Colour;
  readonly shrink?: (plane: Plane) => Plane;
}

const gaussian = gaussianWindow(11, 1.5);

const halfEven = (value: number): number => {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
};
const ratio = ({ width, height }: Pick<Plane, 'width' | 'height'>) => Math.min(width, height) / 256;

/** By how much piq shrinks before SSIM, FSIM and MDSI, to about 256 pixels for the smaller side. */
export const shrinkFactor = (plane: Pick<Plane, 'width' | 'height'>): number => Math.max(1, halfEven(ratio(plane)));

/** Shrinks by `shrinkFactor` to means of whole blocks. */
export function shrinkByBlocks(plane: Plane): Plane {
  const factor = shrinkFactor(plane);
  return factor === 1 ? plane : blockMeans(plane, factor);
}

function shrinkByFilter(plane: Plane): Plane {
  const factor = Math.max(1, Math.round(ratio(plane)));
  return factor === 1 ? plane : filteredSamples(plane, factor);
}

export const ssimConventions: Record<SsimConvention, Convention> = {
  wang: { colour: 'rgb2gray', window: gaussian },
  matlab: { colour: 'rgb2gray', window: gaussian, shrink: shrinkByFilter },
  basicsr: { colour: 'rgb', window: gaussian },
  piq: { colour: 'rgb', window: gaussian, shrink: shrinkByBlocks },
  pyiqa: { colour: 'luma-rounded', window: gaussian, clipped: true },
  skimage: { colour: 'rgb', window: uniformWindow(7), covarianceFactor: 49 / 48 },
};
