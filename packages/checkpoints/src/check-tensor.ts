import { CheckpointFormatError } from './errors.ts';
import { type CheckpointTensor, elementCount, isShape, tensorArrays } from './tensor.ts';

/** @throws CheckpointFormatError when type, shape and data of the tensor `name` do not fit each other. */
export function checkTensor(name: string, { type, shape, data }: CheckpointTensor): void {
  const tensor = `Tensor ${JSON.stringify(name)}`;
  const refused = (message: string, remedy: string, value: unknown) =>
    new CheckpointFormatError(`${tensor} ${message}.`, { remedy, value });
  if (!Object.hasOwn(tensorArrays, type)) {
    throw refused(`has type ${type}`, `Use one of ${Object.keys(tensorArrays).join(', ')}.`, type);
  }
  const array = tensorArrays[type].name;
  if (!(data instanceof tensorArrays[type])) {
    throw refused(`has type ${type} but no ${array}`, `Give its data as ${array}.`, data);
  }
  if (!isShape(shape) || elementCount(shape) !== data.length) {
    const remedy = 'The product of the shape must be the length of the data.';
    throw refused(`of shape [${shape}] has ${data.length} elements`, remedy, shape);
  }
}
