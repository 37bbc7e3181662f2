import {
  backend,
  type DataId,
  type DataStorage,
  type DataType,
  type KernelBackend,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** What the binding says about a tensor: its number there, its shape and TensorFlow's number of its dtype. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** An attribute of an operation, in the form that the binding takes. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor of a graph. `shape` is null where TensorFlow cannot tell it without values. */
export interface GraphTensor {
  readonly id: number;
  readonly shape: number[] | null;
  readonly dtype: number;
}

export interface GraphNode {
  readonly node: number;
  readonly outputs: readonly GraphTensor[];
}

export interface RunOptions {
  readonly xla?: boolean;
  readonly configProto?: Uint8Array;
}

export type HostValues = Float32Array | Int32Array | Uint8Array | Uint8Array[];

/** The native binding: tfjs-node's calls, ours for functions (native/function_calls.h) and for graphs (native/graph_building.h). */
export interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_STRING: number;
  readonly TF_INT32: number;
  readonly TF_RESOURCE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  executeOp(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  createTensor(shape: readonly number[], dtype: number, values: HostValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): HostValues;
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;
  /** Has V8 free what nothing uses any more, typed arrays above all, and give the memory back to the system. */
  collectGarbage(): void;
  removeFunction(name: string): void;
  runFunction(name: string, inputs: readonly number[], outputs: number, options?: RunOptions): TensorMetadata[];
  runFunctionAsync(
    name: string,
    inputs: readonly number[],
    outputs: number,
    options?: RunOptions,
  ): Promise<TensorMetadata[]>;
  graphCreate(): number;
  graphNode(
    graph: number,
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    controls: readonly number[],
    outputs: number,
  ): GraphNode;
  graphConstant(graph: number, shape: readonly number[], dtype: number, values: HostValues): GraphNode;
  graphSetShape(graph: number, id: number, shape: readonly number[]): void;
  graphDefine(
    graph: number,
    name: string,
    inputs: readonly number[],
    outputs: readonly number[],
    controls: readonly number[],
  ): void;
  graphDelete(graph: number): void;
}

/** The backend's record of one tensor. `values` waits on the host until an operation needs the tensor; `id` is then negative. */
export interface TensorRecord {
  readonly shape: number[];
  readonly dtype: number;
  values: HostValues | null;
  id: number;
  refCount: number;
}

export interface TensorReference {
  readonly dataId: DataId;
}

/** True for tensors that tfjs knows; tfjs-node has a number type of its own, for TensorBoard, which has no `dataId`. */
export const isTensorReference = (input: TensorReference): boolean => 'dataId' in input;

/** tfjs-node's backend, with the members that its type keeps to itself. */
export interface NodeBackend extends KernelBackend {
  binding: Binding;
  readonly tensorMap: DataStorage<TensorRecord>;
  getDTypeInteger(dtype: DataType): number;
  getInputTensorIds(tensors: readonly TensorReference[]): number[];
  createOutputTensor(metadata: TensorMetadata): Tensor;
  executeSingleOutput(operation: string, attributes: readonly Attribute[], inputs: readonly TensorReference[]): Tensor;
  executeMultipleOutputs(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly TensorReference[],
    outputs: number,
  ): Tensor[];
}

const canCapture = (candidate: KernelBackend): candidate is NodeBackend =>
  'binding' in candidate && typeof (candidate as NodeBackend).binding.graphCreate === 'function';

/** The active backend when it can capture functions, undefined otherwise. */
export function nodeBackend(): NodeBackend | undefined {
  const active = backend();
  return canCapture(active) ? active : undefined;
}

/** An attribute that holds a type, by TensorFlow's number. */
export const typeAttribute = (binding: Binding, name: string, dtype: number): Attribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: dtype,
});

export const boolAttribute = (binding: Binding, name: string, value: boolean): Attribute => ({
  name,
  type: binding.TF_ATTR_BOOL,
  value,
});

export const shapeAttribute = (binding: Binding, name: string, value: readonly number[]): Attribute => ({
  name,
  type: binding.TF_ATTR_SHAPE,
  value,
});

/** The binding with some of its calls replaced. */
export const withCalls = (binding: Binding, calls: Partial<Binding>): Binding =>
  Object.create(binding, Object.getOwnPropertyDescriptors(calls));
