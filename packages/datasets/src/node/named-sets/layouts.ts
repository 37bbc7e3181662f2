export type SetSplit = 'train' | 'validation' | 'test';

/** `clean` and `degraded` are unpaired; a `low` has its `high`. */
export type SetKind = 'clean' | 'degraded' | 'low' | 'high';

/** A folder that a set is expected to have. */
export interface SetPart {
  readonly split: SetSplit;
  readonly kind: SetKind;
  /** Below the root, with `/`. */
  readonly folder: string;
  /** High-resolution pixels per pixel of a `low` part. */
  readonly scale?: number;
  /** For RealSR, whose folders hold both partners and other scales: the pattern of this part's names, see `pairByName`. */
  readonly names?: string;
  /** Reductions that DeFlow of 2021 makes of it; what `prepareImages` takes. */
  readonly scales?: readonly number[];
}

const scalesOf = (split: SetSplit, folder: string): SetPart[] =>
  [2, 3, 4].map((scale) => ({ split, kind: 'low', scale, folder: `${folder}/X${scale}`, names: `{name}x${scale}` }));

const realSr = (split: 'train' | 'test', camera: string): SetPart[] =>
  [2, 3, 4].flatMap((scale) => {
    const folder = `${camera}/${split === 'train' ? 'Train' : 'Test'}/${scale}`;
    return [
      { split, kind: 'high', scale, folder, names: '{name}_HR' },
      { split, kind: 'low', scale, folder, names: `{name}_LR${scale}` },
    ] as const;
  });

interface Layout {
  /** The folder that the set's archives are unpacked to; the root may be it or hold it. */
  readonly folder: string;
  readonly parts: readonly SetPart[];
}

/** AIM, NTIRE and DPED as DeFlow's scripts unpack them; DIV2K, Flickr2K and RealSR (version 3) as their archives do. */
export const layouts = {
  'aim-rwsr': {
    folder: 'AIM-RWSR',
    parts: [
      { split: 'train', kind: 'clean', folder: 'train-clean-images', scales: [1, 4, 32] },
      { split: 'train', kind: 'degraded', folder: 'train-noisy-images', scales: [1, 8] },
      { split: 'validation', kind: 'high', folder: 'valid-gt-clean', scales: [1, 4, 32] },
      { split: 'validation', kind: 'low', scale: 4, folder: 'valid-input-noisy', scales: [1, 8] },
    ],
  },
  'ntire-rwsr': {
    folder: 'NTIRE-RWSR',
    parts: [
      { split: 'train', kind: 'clean', folder: 'Corrupted-tr-y', scales: [1, 4, 16] },
      { split: 'train', kind: 'degraded', folder: 'Corrupted-tr-x', scales: [1, 4] },
      { split: 'validation', kind: 'high', folder: 'track1-valid-gt', scales: [1, 4, 16] },
      { split: 'validation', kind: 'low', scale: 4, folder: 'Corrupted-va-x', scales: [1, 4] },
    ],
  },
  // DeFlow takes the phone's own pictures, reduced four times, for clean ones.
  'dped-rwsr': {
    folder: 'DPED-RWSR',
    parts: [
      { split: 'train', kind: 'degraded', folder: 'DPEDiphone-tr-x', scales: [1, 4, 16] },
      { split: 'validation', kind: 'degraded', folder: 'DPEDiphone-va', scales: [1, 4, 16] },
    ],
  },
  div2k: {
    folder: 'DIV2K',
    parts: [
      { split: 'train', kind: 'high', folder: 'DIV2K_train_HR' },
      ...scalesOf('train', 'DIV2K_train_LR_bicubic'),
      { split: 'validation', kind: 'high', folder: 'DIV2K_valid_HR' },
      ...scalesOf('validation', 'DIV2K_valid_LR_bicubic'),
    ],
  },
  flickr2k: {
    folder: 'Flickr2K',
    parts: [{ split: 'train', kind: 'high', folder: 'Flickr2K_HR' }, ...scalesOf('train', 'Flickr2K_LR_bicubic')],
  },
  realsr: {
    folder: 'RealSR(V3)',
    parts: (['train', 'test'] as const).flatMap((split) =>
      ['Canon', 'Nikon'].flatMap((camera) => realSr(split, camera)),
    ),
  },
} as const satisfies Record<string, Layout>;

export type NamedSetName = keyof typeof layouts;
export const layoutOf = (name: NamedSetName): Layout => layouts[name];
