import { type CheckpointTensor, toFloat32 } from '@deflow/checkpoints';

/** A copy of a convolution's weights [a, b, c, d] with the axes in the order `order`. */
function permuted(data: ArrayLike<number>, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = [1, 1, 1, 1];
  for (let axis = 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  const [n0, n1, n2, n3] = order.map((axis) => shape[axis]!) as [number, number, number, number];
  const [s0, s1, s2, s3] = order.map((axis) => strides[axis]!) as [number, number, number, number];
  const result = new Float32Array(data.length);
  let to = 0;
  for (let i = 0; i < n0; i++)
    for (let j = 0; j < n1; j++)
      for (let k = 0; k < n2; k++) {
        const start = i * s0 + j * s1 + k * s2;
        for (let l = 0; l < n3; l++) result[to++] = data[start + l * s3]!;
      }
  return result;
}

function reordered(tensor: CheckpointTensor, order: readonly number[]): CheckpointTensor {
  const { shape } = tensor;
  const data = toFloat32(tensor);
  if (shape.length !== 4) return { type: 'float32', shape, data };
  return { type: 'float32', shape: order.map((axis) => shape[axis]!), data: permuted(data, shape, order) };
}

/** From PyTorch's [output, input, height, width] to TensorFlow's [height, width, input, output], as float32; vectors stay. */
export const fromPyTorch = (tensor: CheckpointTensor): CheckpointTensor => reordered(tensor, [2, 3, 1, 0]);

/** From TensorFlow's [height, width, input, output] to PyTorch's [output, input, height, width]; vectors stay. */
export const toPyTorch = (tensor: CheckpointTensor): CheckpointTensor => reordered(tensor, [3, 2, 0, 1]);
