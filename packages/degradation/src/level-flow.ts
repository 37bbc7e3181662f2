import { type Backprop, type FlowLayer, fixedBasis, lumaHaarBasis, sequential, squeeze } from '@deflow/flows';
import type { LevelConfig } from './config.ts';
import { conditionalStep, type FlowStepOptions, transitionStep } from './flow-step.ts';

export interface LevelFlowOptions extends FlowStepOptions {
  readonly backprop: Backprop;
}

/** The flow of one level: squeeze, change of basis, steps. `channels` are those after the squeeze. */
export function levelFlow(level: LevelConfig, { backprop, ...options }: LevelFlowOptions): FlowLayer {
  const repeat = (name: string, count: number, make: () => FlowLayer) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, make()]));
  return sequential(
    {
      squeeze: squeeze(),
      ...(level.basis ? { basis: fixedBasis({ matrix: lumaHaarBasis(), kind: 'lumaHaarBasis' }) } : {}),
      ...repeat('transition', level.transitionSteps, () => transitionStep(options)),
      ...repeat('step', level.steps, () => conditionalStep(options)),
    },
    { kind: 'level', backprop },
  );
}
