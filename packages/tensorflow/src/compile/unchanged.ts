import type { Attribute, GraphTensor, HostValues } from './node-backend.ts';

/**
 * Whether an operation gives its first input back as it is: a cast to the type, or a reshape to the shape, that it has. `second`: the
 * values of the second input, where they are known.
 */
export function isUnchanged(
  { shape, dtype }: GraphTensor,
  operation: string,
  attributes: readonly Attribute[],
  second: HostValues | undefined,
): boolean {
  if (operation === 'Cast') return attributes.some(({ name, value }) => name === 'DstT' && value === dtype);
  if (operation !== 'Reshape' || !shape || second?.length !== shape.length) return false;
  return shape.every((length, axis) => second[axis] === length || second[axis] === -1);
}
