import { tidy } from '@tensorflow/tfjs-core';
import type { Layer } from './layer.ts';

/** Applies `layers` one after the other. Parameters are named by position, `0.weight`, `2.weight`, as in PyTorch's Sequential. */
export function sequence(layers: readonly Layer[]): Layer {
  return {
    parameters: Object.fromEntries(layers.map((layer, index) => [`${index}`, layer.parameters])),
    apply: (x) => tidy(() => layers.reduce((value, layer) => layer.apply(value), x)),
  };
}
