import { autoregressiveCases } from './autoregressive.ts';
import { bijectionCases } from './bijections.ts';
import { checkerboardCases } from './checkerboard.ts';
import { memoryCases } from './memory.ts';
import { mixingCases } from './mixing.ts';
import { planarRadialCases } from './planar-radial.ts';
import { residualCases } from './residual.ts';
import { splineCases } from './splines.ts';
import { stepCases } from './steps.ts';

/** Every layer that the package exports, in all its forms, for the conformance suite. */
export const allCases = [
  ...stepCases,
  ...mixingCases,
  ...checkerboardCases,
  ...splineCases,
  ...autoregressiveCases,
  ...bijectionCases,
  ...planarRadialCases,
  ...residualCases,
  ...memoryCases,
];
