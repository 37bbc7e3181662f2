import { customGrad, engine, getBackend, getKernel, type Tensor } from '@tensorflow/tfjs-core';

/**
 * `x` again, where a network's input or output borders on the algebra of the flow: a function that is compiled with lower precision
 * may use it in the network, but what is made of the result keeps float32, and so does its gradient. Elsewhere it is `x` itself.
 */
export function inFloat32<Value extends Tensor>(x: Value): Value {
  if (!getKernel('InFloat32', getBackend())) return x;
  const marked = customGrad((given) => ({
    value: engine().runKernel('InFloat32', { x: given as Tensor }) as Tensor,
    gradFunc: (dy: Tensor) => inFloat32(dy),
  }));
  return marked(x) as Value;
}
