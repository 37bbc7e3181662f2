import type { Random } from '@deflow/images';
import { actNorm } from './act-norm.ts';
import type { FlowLayer } from './flow-layer.ts';
import { invertibleConv1x1 } from './invertible-conv1x1.ts';
import { sequential } from './sequential.ts';

/** The size of a `transitionStep`, and where its rotation comes from. */
export interface TransitionStepOptions {
  readonly channels: number;
  readonly random: Random;
}

/** A step without coupling, as SRFlow puts behind a squeeze: actNorm, then conv1x1 from a random rotation. */
export const transitionStep = ({ channels, random }: TransitionStepOptions): FlowLayer =>
  sequential(
    { actNorm: actNorm({ channels }), conv1x1: invertibleConv1x1({ channels, random }) },
    { kind: 'transitionStep' },
  );
