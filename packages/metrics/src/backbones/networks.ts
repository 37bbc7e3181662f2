/** A network whose layers LPIPS or DISTS look into, by the name that LPIPS gives it. */
export type NetworkName = 'alex' | 'vgg' | 'squeeze';

/** A convolution and the ReLU after it. */
export interface Convolution {
  readonly kind: 'convolution';
  /** Where its `weight` and `bias` stand in torchvision's state dict. */
  readonly key: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
}

/** Maxima of `size` x `size` samples, every second one. `ceil`: a last incomplete window counts too. */
export interface MaxPool {
  readonly kind: 'maxPool';
  readonly size: 2 | 3;
  readonly ceil: boolean;
}

/** Of SqueezeNet: 1 x 1 to few channels, then 1 x 1 and 3 x 3 side by side. */
export interface Fire {
  readonly kind: 'fire';
  readonly squeeze: Convolution;
  readonly expand1x1: Convolution;
  readonly expand3x3: Convolution;
}

export type Layer = Convolution | MaxPool | Fire;

export interface Network {
  /** The layers up to each of the places that are looked at. */
  readonly stages: readonly (readonly Layer[])[];
  /** Of the features at each place. */
  readonly channels: readonly number[];
  /** The fewest pixels a side. */
  readonly minimum: number;
}

type Sizes = readonly [inputs: number, outputs: number, kernelSize: number, stride?: number, padding?: number];

const convolution = (key: string, [inputs, outputs, kernelSize, stride = 1, padding]: Sizes): Convolution => ({
  kind: 'convolution',
  key,
  inputs,
  outputs,
  kernelSize,
  stride,
  padding: padding ?? (kernelSize - 1) / 2,
});

const features = (index: number, ...sizes: Sizes): Convolution => convolution(`features.${index}`, sizes);

const maxPool = (size: 2 | 3, ceil = false): MaxPool => ({ kind: 'maxPool', size, ceil });

const fire = (index: number, inputs: number, squeezed: number, expanded: number): Fire => ({
  kind: 'fire',
  squeeze: convolution(`features.${index}.squeeze`, [inputs, squeezed, 1]),
  expand1x1: convolution(`features.${index}.expand1x1`, [squeezed, expanded, 1]),
  expand3x3: convolution(`features.${index}.expand3x3`, [squeezed, expanded, 3]),
});

/** torchvision's AlexNet, VGG-16 and SqueezeNet 1.1, up to the last place that LPIPS looks at. */
export const networks: Readonly<Record<NetworkName, Network>> = /* @__PURE__ */ (() => ({
  alex: {
    stages: [
      [features(0, 3, 64, 11, 4, 2)],
      [maxPool(3), features(3, 64, 192, 5)],
      [maxPool(3), features(6, 192, 384, 3)],
      [features(8, 384, 256, 3)],
      [features(10, 256, 256, 3)],
    ],
    channels: [64, 192, 384, 256, 256],
    minimum: 31,
  },
  vgg: {
    stages: [
      [features(0, 3, 64, 3), features(2, 64, 64, 3)],
      [maxPool(2), features(5, 64, 128, 3), features(7, 128, 128, 3)],
      [maxPool(2), features(10, 128, 256, 3), features(12, 256, 256, 3), features(14, 256, 256, 3)],
      [maxPool(2), features(17, 256, 512, 3), features(19, 512, 512, 3), features(21, 512, 512, 3)],
      [maxPool(2), features(24, 512, 512, 3), features(26, 512, 512, 3), features(28, 512, 512, 3)],
    ],
    channels: [64, 128, 256, 512, 512],
    minimum: 16,
  },
  squeeze: {
    stages: [
      [features(0, 3, 64, 3, 2, 0)],
      [maxPool(3, true), fire(3, 64, 16, 64), fire(4, 128, 16, 64)],
      [maxPool(3, true), fire(6, 128, 32, 128), fire(7, 256, 32, 128)],
      [maxPool(3, true), fire(9, 256, 48, 192)],
      [fire(10, 384, 48, 192)],
      [fire(11, 384, 64, 256)],
      [fire(12, 512, 64, 256)],
    ],
    channels: [64, 128, 256, 384, 384, 512, 512],
    minimum: 17,
  },
}))();

/** All convolutions of a network, in the order of torchvision's `features`. */
export const convolutionsOf = ({ stages }: Network): Convolution[] =>
  stages.flat().flatMap((layer) => {
    if (layer.kind === 'fire') return [layer.squeeze, layer.expand1x1, layer.expand3x3];
    return layer.kind === 'convolution' ? [layer] : [];
  });
