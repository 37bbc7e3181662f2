/** A convolution's shape in PyTorch: [outputs, inputs, height, width]. */
type KernelShape = readonly [outputs: number, inputs: number, height: number, width: number];

interface Kernel {
  readonly shape: KernelShape;
  /** The input channels [from, to) that are meant. */
  readonly inputs: readonly [from: number, to: number];
}

/** Visits every weight with its index in PyTorch's order and in [height, width, inputs, outputs], TensorFlow's. */
function eachWeight({ shape, inputs }: Kernel, visit: (released: number, ours: number) => void): void {
  const [outputs, allInputs, height, width] = shape;
  const [from, to] = inputs;
  const positions = height * width;
  let ours = 0;
  for (let position = 0; position < positions; position++) {
    for (let input = from; input < to; input++) {
      let released = input * positions + position;
      for (let output = 0; output < outputs; output++, released += allInputs * positions) visit(released, ours++);
    }
  }
}

/** Some input channels of PyTorch's kernel in TensorFlow's order. */
export function kernelFromReleased(released: Float32Array, kernel: Kernel): Float32Array {
  const [outputs, , height, width] = kernel.shape;
  const ours = new Float32Array(outputs * (kernel.inputs[1] - kernel.inputs[0]) * height * width);
  eachWeight(kernel, (from, to) => {
    ours[to] = released[from]!;
  });
  return ours;
}

/** Puts a kernel in TensorFlow's order into its input channels of PyTorch's. */
export function kernelToReleased(ours: Float32Array, released: Float32Array, kernel: Kernel): void {
  eachWeight(kernel, (to, from) => {
    released[to] = ours[from]!;
  });
}
