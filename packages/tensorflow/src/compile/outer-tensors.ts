import { type DataId, engine } from '@tensorflow/tfjs-core';

/** Who owns the data, for messages: a variable by name, or some tensor. */
export function ownerOf(dataId: DataId): string {
  for (const variable of Object.values(engine().registeredVariables)) {
    if (variable.dataId === dataId) return `the variable '${variable.name}'`;
  }
  return 'a tensor';
}
