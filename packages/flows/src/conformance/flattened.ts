import { concat, reshape, split, type Tensor } from '@tensorflow/tfjs-core';
import { tidied } from '../define-layer.ts';
import { FlowShapeError } from '../errors.ts';
import type { Context, FlowLayer } from '../flow-layer.ts';
import type { MultiScaleFlow } from '../multi-scale.ts';
import type { Shape } from '../shape.ts';

const sizeOf = (shape: Shape) => shape.reduce((product, size) => product * size, 1);

/**
 * A multi-scale flow for data of one shape as a layer whose latent is all its latents in one vector, so that the checkers apply.
 * `contextsOf` makes the contexts of the levels from the features that the checkers pass.
 */
export function flattened(
  flow: MultiScaleFlow,
  shape: Shape,
  contextsOf: (features: Tensor) => Context[] = () => [],
): FlowLayer {
  const shapes = flow.latentShapes(shape);
  const sizes = shapes.map(sizeOf);
  const size = sizeOf(shape);
  const require = (got: Shape, wanted: Shape) => {
    if (`${got}` !== `${wanted}`) throw new FlowShapeError({ layer: flow.kind, got, wanted: `[${wanted.join(', ')}]` });
  };
  const contexts = (context?: Context) => (context === undefined ? [] : contextsOf(context as Tensor));
  return {
    kind: flow.kind,
    parameters: flow.parameters,
    latentShape(got) {
      require(got, shape);
      return [size];
    },
    dataShape(got) {
      require(got, [size]);
      return shape;
    },
    forward: (x, context) =>
      tidied(() => {
        const { latents, logDet } = flow.forward(x, contexts(context));
        return {
          z: concat(
            latents.map((latent) => reshape(latent, [latent.shape[0], -1])),
            1,
          ),
          logDet,
        };
      }),
    inverse: (z, context) =>
      tidied(() => {
        const parts = sizes.length === 1 ? [z] : split(z, sizes, 1);
        return flow.inverse(
          parts.map((part, i) => reshape(part, [-1, ...shapes[i]])),
          contexts(context),
        );
      }),
    initialize: (x, context) => tidied(() => flow.initialize(x, contexts(context))),
  };
}
