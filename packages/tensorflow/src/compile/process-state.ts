import type { DataId, Variable } from '@tensorflow/tfjs-core';
import type { ActiveCapture } from './backend-hooks.ts';
import type { NodeBackend } from './node-backend.ts';
import type { ResourceVariable } from './resource-variables.ts';

/** What all copies of this package in a process share (as ESM and as CommonJS, for one): they share the backend. */
interface ProcessState {
  /** Makes names of resources and symbols unique. */
  serial: number;
  /** The names of the functions that TensorFlow holds. */
  readonly functionNames: Set<string>;
  /** Backends that look at tensors before they use them. */
  readonly hooked: WeakSet<NodeBackend>;
  /** The function that is being recorded. */
  active: ActiveCapture | undefined;
  readonly resources: WeakMap<Variable, ResourceVariable>;
  /** Tensors whose value lies in a resource only. */
  readonly absentees: WeakMap<DataId, ResourceVariable>;
  /** True while a call whose turn has come gets its variables ready: calls that wait behind it do not count then. */
  isTurn: boolean;
  /** Bytes of typed arrays that have become values of resources since the last garbage collection. */
  leftOnHost: number;
}

const store = globalThis as { [key: symbol]: ProcessState | undefined };

export const processState: ProcessState = (store[Symbol.for('deflow.tensorflow.compile')] ??= {
  serial: 0,
  functionNames: new Set(),
  hooked: new WeakSet(),
  active: undefined,
  resources: new WeakMap(),
  absentees: new WeakMap(),
  isTurn: false,
  leftOnHost: 0,
});
