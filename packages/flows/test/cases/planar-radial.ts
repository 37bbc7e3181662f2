import type { FlowLayerCase } from '../../src/conformance.ts';
import { planar, radial } from '../../src/index.ts';

/** Planar and radial layers. */
export const planarRadialCases: readonly FlowLayerCase[] = [
  { name: 'planar', make: (random) => planar({ dimensions: 4, random }), shapes: [[4]], spread: 0.5 },
  { name: 'planar of one dimension', make: (random) => planar({ dimensions: 1, random }), shapes: [[1]], spread: 0.5 },
  { name: 'radial', make: (random) => radial({ dimensions: 3, random }), shapes: [[3]], spread: 0.5 },
];
