import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import * as host from '../../src/index.ts';
import type { MeasuredImage } from '../../src/input/planes.ts';
import * as tensors from '../../src/tensors.ts';

/** A metric in its float64 and its tensor form, and how far the two may be apart. */
export interface ComparedMetric {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly host: (image: MeasuredImage, reference: MeasuredImage) => number;
  readonly tensor: (image: Tensor4D, reference: Tensor4D) => Tensor1D;
  /** Of the score. */
  readonly tolerance: number;
  /** Of the directional derivative, relative. */
  readonly gradientTolerance: number;
  /** Rounded colours have no derivative that differences could find. */
  readonly rounded?: boolean;
}

const range = { range: 1 } as const;

function variant<const Options extends object>(
  name: string,
  onHost: (image: MeasuredImage, reference: MeasuredImage, options: Options) => number,
  onTensors: (image: Tensor4D, reference: Tensor4D, options: Options & { range: 1 }) => Tensor1D,
  options: Options,
  limits: Pick<ComparedMetric, 'tolerance' | 'gradientTolerance'> & Partial<ComparedMetric>,
): ComparedMetric {
  return {
    name: [name, ...Object.values(options)].join(' '),
    width: 61,
    height: 47,
    host: (image, reference) => onHost(image, reference, options),
    tensor: (image, reference) => onTensors(image, reference, { ...options, ...range }),
    ...limits,
  };
}

const simple = { tolerance: 1e-5, gradientTolerance: 2e-4 };
const large = { width: 175, height: 162 };

export const comparedMetrics: readonly ComparedMetric[] = [
  variant('psnr', host.psnr, tensors.psnr, {}, simple),
  variant('psnr', host.psnr, tensors.psnr, { convention: 'piq', cropBorder: 3 }, simple),
  variant('psnr', host.psnr, tensors.psnr, { colour: 'y601' }, simple),
  variant('ssim', host.ssim, tensors.ssim, {}, simple),
  variant('ssim', host.ssim, tensors.ssim, { colour: 'y601', cropBorder: 4 }, simple),
  variant('ssim', host.ssim, tensors.ssim, { convention: 'wang' }, { ...simple, rounded: true }),
  variant('ssim', host.ssim, tensors.ssim, { convention: 'pyiqa' }, { ...simple, rounded: true }),
  variant('ssim', host.ssim, tensors.ssim, { convention: 'skimage' }, simple),
  variant('ssim', host.ssim, tensors.ssim, { convention: 'piq' }, { ...simple, width: 401, height: 385 }),
  variant(
    'ssim',
    host.ssim,
    tensors.ssim,
    { convention: 'matlab' },
    { ...simple, width: 401, height: 385, rounded: true },
  ),
  variant('msSsim', host.msSsim, tensors.msSsim, {}, { ...simple, ...large, rounded: true }),
  variant('msSsim', host.msSsim, tensors.msSsim, { combination: 'sum' }, { ...simple, ...large, rounded: true }),
  variant('msSsim', host.msSsim, tensors.msSsim, { colour: 'luma' }, { ...simple, ...large }),
  variant('msSsim', host.msSsim, tensors.msSsim, { convention: 'piq' }, { ...simple, ...large }),
  variant('gmsd', host.gmsd, tensors.gmsd, {}, simple),
  variant('gmsd', host.gmsd, tensors.gmsd, { convention: 'matlab' }, { ...simple, rounded: true }),
  variant('haarPsi', host.haarPsi, tensors.haarPsi, {}, simple),
  variant('haarPsi', host.haarPsi, tensors.haarPsi, { subsample: false }, simple),
  variant('vifp', host.vifp, tensors.vifp, {}, simple),
  variant('fsim', host.fsim, tensors.fsim, {}, simple),
  variant('fsim', host.fsim, tensors.fsim, { chromatic: false }, { ...simple, width: 64, height: 48 }),
  variant('mdsi', host.mdsi, tensors.mdsi, {}, simple),
  variant('mdsi', host.mdsi, tensors.mdsi, { combination: 'product' }, simple),
];
