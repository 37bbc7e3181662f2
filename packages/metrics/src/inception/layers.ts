/** A convolution, its batch normalisation and a ReLU; stride 2 is without padding. */
export interface InceptionConvolution {
  readonly kind: 'convolution';
  /** Where its `conv` and `bn` stand in torchvision's state dict. */
  readonly key: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
  readonly stride: 1 | 2;
  readonly padding: 'same' | 'valid';
}

/** Of 3 x 3 samples: with stride 2 inside of the image, else at every one, where samples outside do not count. */
export interface InceptionPool {
  readonly kind: 'maxPool' | 'averagePool';
  readonly stride: 1 | 2;
}

/** Branches side by side, whose channels are joined. */
export interface Branches {
  readonly kind: 'branches';
  readonly branches: readonly (readonly InceptionLayer[])[];
}

export type InceptionLayer = InceptionConvolution | InceptionPool | Branches;

type Shape = number | readonly [height: number, width: number];
type Place = Pick<InceptionConvolution, 'stride' | 'padding'>;

const within: Place = { stride: 1, padding: 'valid' };
const halving: Place = { stride: 2, padding: 'valid' };

const convolution = (
  key: string,
  inputs: number,
  outputs: number,
  shape: Shape,
  place: Place = { stride: 1, padding: 'same' },
): InceptionConvolution => {
  const [height, width] = typeof shape === 'number' ? [shape, shape] : shape;
  return { kind: 'convolution', key, inputs, outputs, height, width, ...place };
};

const maxima: InceptionPool = { kind: 'maxPool', stride: 2 };
const means: InceptionPool = { kind: 'averagePool', stride: 1 };

const branches = (...each: readonly (readonly InceptionLayer[])[]): Branches => ({ kind: 'branches', branches: each });

/** Of 35 x 35 places: kernels up to 5 x 5. */
const blockA = (name: string, inputs: number, pooled: number): Branches =>
  branches(
    [convolution(`${name}.branch1x1`, inputs, 64, 1)],
    [convolution(`${name}.branch5x5_1`, inputs, 48, 1), convolution(`${name}.branch5x5_2`, 48, 64, 5)],
    [
      convolution(`${name}.branch3x3dbl_1`, inputs, 64, 1),
      convolution(`${name}.branch3x3dbl_2`, 64, 96, 3),
      convolution(`${name}.branch3x3dbl_3`, 96, 96, 3),
    ],
    [means, convolution(`${name}.branch_pool`, inputs, pooled, 1)],
  );

/** From 35 x 35 places to 17 x 17. */
const blockB = (name: string): Branches =>
  branches(
    [convolution(`${name}.branch3x3`, 288, 384, 3, halving)],
    [
      convolution(`${name}.branch3x3dbl_1`, 288, 64, 1),
      convolution(`${name}.branch3x3dbl_2`, 64, 96, 3),
      convolution(`${name}.branch3x3dbl_3`, 96, 96, 3, halving),
    ],
    [maxima],
  );

/** Of 17 x 17 places: kernels of 7 in a row or column. */
const blockC = (name: string, inner: number): Branches =>
  branches(
    [convolution(`${name}.branch1x1`, 768, 192, 1)],
    [
      convolution(`${name}.branch7x7_1`, 768, inner, 1),
      convolution(`${name}.branch7x7_2`, inner, inner, [1, 7]),
      convolution(`${name}.branch7x7_3`, inner, 192, [7, 1]),
    ],
    [
      convolution(`${name}.branch7x7dbl_1`, 768, inner, 1),
      convolution(`${name}.branch7x7dbl_2`, inner, inner, [7, 1]),
      convolution(`${name}.branch7x7dbl_3`, inner, inner, [1, 7]),
      convolution(`${name}.branch7x7dbl_4`, inner, inner, [7, 1]),
      convolution(`${name}.branch7x7dbl_5`, inner, 192, [1, 7]),
    ],
    [means, convolution(`${name}.branch_pool`, 768, 192, 1)],
  );

/** From 17 x 17 places to 8 x 8. */
const blockD = (name: string): Branches =>
  branches(
    [convolution(`${name}.branch3x3_1`, 768, 192, 1), convolution(`${name}.branch3x3_2`, 192, 320, 3, halving)],
    [
      convolution(`${name}.branch7x7x3_1`, 768, 192, 1),
      convolution(`${name}.branch7x7x3_2`, 192, 192, [1, 7]),
      convolution(`${name}.branch7x7x3_3`, 192, 192, [7, 1]),
      convolution(`${name}.branch7x7x3_4`, 192, 192, 3, halving),
    ],
    [maxima],
  );

/** Of 8 x 8 places: rows and columns of 3 side by side. */
const blockE = (name: string, inputs: number, pool: InceptionPool): Branches => {
  const cross = (row: string, column: string) =>
    branches([convolution(`${name}.${row}`, 384, 384, [1, 3])], [convolution(`${name}.${column}`, 384, 384, [3, 1])]);
  return branches(
    [convolution(`${name}.branch1x1`, inputs, 320, 1)],
    [convolution(`${name}.branch3x3_1`, inputs, 384, 1), cross('branch3x3_2a', 'branch3x3_2b')],
    [
      convolution(`${name}.branch3x3dbl_1`, inputs, 448, 1),
      convolution(`${name}.branch3x3dbl_2`, 448, 384, 3),
      cross('branch3x3dbl_3a', 'branch3x3dbl_3b'),
    ],
    [pool, convolution(`${name}.branch_pool`, inputs, 192, 1)],
  );
};

/** Pixels a side of what the network looks at. */
export const inceptionSide = 299;

/** Values of the last layer's means, which FID and KID compare. */
export const inceptionFeatureCount = 2048;

/**
 * Inception v3 (Szegedy et al. 2015) as FID uses it, by torchvision's names, up to the 2048 channels that are averaged. Unlike
 * torchvision's own, means leave out what lies outside of the image, and the last block takes maxima where others take means.
 */
export const inceptionLayers: readonly InceptionLayer[] = /* @__PURE__ */ allLayers();

/** All convolutions, in torchvision's order. */
export const inceptionConvolutions: readonly InceptionConvolution[] = /* @__PURE__ */ convolutionsOf(inceptionLayers);

function allLayers(): InceptionLayer[] {
  return [
    convolution('Conv2d_1a_3x3', 3, 32, 3, halving),
    convolution('Conv2d_2a_3x3', 32, 32, 3, within),
    convolution('Conv2d_2b_3x3', 32, 64, 3),
    maxima,
    convolution('Conv2d_3b_1x1', 64, 80, 1),
    convolution('Conv2d_4a_3x3', 80, 192, 3, within),
    maxima,
    blockA('Mixed_5b', 192, 32),
    blockA('Mixed_5c', 256, 64),
    blockA('Mixed_5d', 288, 64),
    blockB('Mixed_6a'),
    blockC('Mixed_6b', 128),
    blockC('Mixed_6c', 160),
    blockC('Mixed_6d', 160),
    blockC('Mixed_6e', 192),
    blockD('Mixed_7a'),
    blockE('Mixed_7b', 1280, means),
    blockE('Mixed_7c', 2048, { kind: 'maxPool', stride: 1 }),
  ];
}

function convolutionsOf(layers: readonly InceptionLayer[]): InceptionConvolution[] {
  return layers.flatMap((layer) => {
    if (layer.kind === 'convolution') return [layer];
    return layer.kind === 'branches' ? layer.branches.flatMap(convolutionsOf) : [];
  });
}
