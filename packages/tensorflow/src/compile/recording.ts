import { createHash } from 'node:crypto';
import { type DataId, type Tensor, util } from '@tensorflow/tfjs-core';
import {
  LargeConstantError,
  OuterTensorError,
  ReadDuringCaptureError,
  UnrepeatableFunctionError,
  ValueDependentShapeError,
} from './errors.ts';
import { byteLength, excerpt, fingerprint, isUniform } from './host-values.ts';
import {
  type Attribute,
  type Binding,
  type GraphNode,
  type GraphTensor,
  type HostValues,
  type NodeBackend,
  shapeAttribute,
  type TensorMetadata,
  typeAttribute,
  withCalls,
} from './node-backend.ts';
import { ownerOf } from './outer-tensors.ts';
import type { Precision } from './precision.ts';
import { processState } from './process-state.ts';
import { isUnchanged } from './unchanged.ts';

/** Ids from here on are symbols: tensors of a graph under construction. TensorFlow's own ids are 32-bit integers. */
const firstSymbol = 2 ** 32;

/** How many of them one recording may use. */
const symbolsPerRecording = 2 ** 24;

/** Constants of more bytes must be arguments or state, unless all their values are equal. */
export const largestConstant = 4 * 2 ** 20;

/** Uniform constants of at least so many values become a Fill operation. */
const smallestFill = 64;

/** Operations that draw random numbers inside TensorFlow: a recorded one would go on drawing where an eager one starts anew. */
const randomOperations = new Set([
  'Multinomial',
  'RandomUniform',
  'RandomStandardNormal',
  'RandomGamma',
  'TruncatedNormal',
]);

/** Operations whose result shares the memory of their first input. */
const aliasing = new Set(['Identity', 'Reshape', 'ExpandDims', 'Squeeze', 'PlaceholderWithDefault']);

/** What TensorFlow can compute inside the convolution before it. */
const fusedActivations = new Set(['Elu', 'LeakyRelu', 'Relu', 'Relu6']);

/**
 * Where values of the state are taken for updates: TensorFlow's mixed-precision rewriter, told so by native/deflow_binding.cc, leaves
 * float32 what is computed from the result of this operation, which does nothing else.
 */
const float32Operation = 'PlaceholderWithDefault';

/** Operations that the rewriter would compute in bfloat16 after a convolution, and that updates are made of. */
const arithmetic = new Set([
  'Add',
  'AddV2',
  'Mul',
  'Sub',
  'RealDiv',
  'SquaredDifference',
  'Square',
  'Maximum',
  'Minimum',
]);

/** Too small to change what it is added to, but no zero for TensorFlow, as a denormal number is; negative, so that relu(0) stays 0. */
const nothing = -1.5e-38;

const sizeOf = (shape: readonly number[] | null): number =>
  shape?.every((length) => length >= 0) ? util.sizeFromShape([...shape]) : Number.POSITIVE_INFINITY;

export const isSymbol = (id: number): boolean => id >= firstSymbol;

interface LoggedNode {
  readonly signature: string;
  readonly node: GraphNode;
  readonly excerpt: string;
}

/**
 * The graph of a function while the function runs on symbols. Nothing is computed: TensorFlow infers shapes. The first pass makes the
 * graph; after `rewind` a second one must ask for exactly the same nodes, or the function depends on something that is not its argument.
 */
export class Recording {
  /** What stands in for the native binding meanwhile. */
  readonly binding: Binding;
  readonly name: string;
  /** What it will be rewritten to. */
  readonly precision: Precision;
  readonly #native: Binding;
  readonly #graph: number;
  readonly #base = firstSymbol + symbolsPerRecording * ++processState.serial;
  readonly #log: LoggedNode[] = [];
  readonly #constants = new Map<number, HostValues>();
  readonly #consumers = new Map<number, number[]>();
  /** The node that each tensor comes from. */
  readonly #origins = new Map<number, number>();
  /** Constants of the pass so far, by what they hold. */
  readonly #known = new Map<string, GraphTensor>();
  #convolutions = new Map<number, GraphTensor>();
  /** Values of the state, and the same held at float32. */
  readonly #state = new Map<number, GraphTensor>();
  readonly #exact = new Map<number, number>();
  /** Tensors by their ids. */
  readonly #tensors = new Map<number, GraphTensor>();
  #made = new WeakSet<DataId>();
  #position = 0;
  #comparing = false;

  constructor(native: Binding, name: string, precision: Precision) {
    this.#native = native;
    this.precision = precision;
    this.#graph = native.graphCreate();
    this.name = name;
    this.binding = this.#standIn();
  }

  /** Starts the second pass. */
  rewind(): void {
    this.#checkEnd();
    this.#comparing = true;
    this.#position = 0;
    this.#made = new WeakSet();
    this.#consumers.clear();
    this.#known.clear();
    this.#convolutions.clear();
    this.#state.clear();
    this.#exact.clear();
  }

  /** Adds a node, or finds it again. Inputs are ids in the graph; the nodes `controls` run before it. */
  add(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
    controls: readonly number[] = [],
  ): GraphNode {
    const settings = attributes.map(({ name, value }) => `${name}=${value}`);
    const signature = `${operation}(${inputs}) ${settings} after ${controls}`;
    const node = this.#next(signature, operation, '', () =>
      this.#native.graphNode(this.#graph, operation, attributes, inputs, controls, outputs),
    );
    for (const input of inputs) this.#consumers.get(input)?.push(node.node);
    const shared = aliasing.has(operation) ? this.#consumers.get(inputs[0]!) : undefined;
    if (shared) this.#consumers.set(node.outputs[0]!.id, shared);
    return node;
  }

  /** `tensor` again; what uses the result runs after the nodes that `signals` come from. */
  notBefore(tensor: number, dtype: number, signals: readonly number[]): GraphTensor {
    const controls = new Set(signals.map((signal) => this.#origins.get(signal)!));
    return this.add('Identity', [typeAttribute(this.#native, 'T', dtype)], [tensor], 1, [...controls]).outputs[0]!;
  }

  /** `tensor` is the value of a variable: from now on collects the nodes that use its memory. */
  watchConsumers(tensor: GraphTensor): readonly number[] {
    const consumers: number[] = [];
    this.#consumers.set(tensor.id, consumers);
    this.#state.set(tensor.id, tensor);
    return consumers;
  }

  placeholder(dtype: number, shape: readonly number[]): GraphTensor {
    const attributes = [typeAttribute(this.#native, 'dtype', dtype), shapeAttribute(this.#native, 'shape', shape)];
    return this.add('Placeholder', attributes, [], 1).outputs[0]!;
  }

  /** Tells TensorFlow the shape of a tensor of the graph. */
  setShape(tensor: GraphTensor, shape: readonly number[]): GraphTensor {
    if (!this.#comparing) this.#native.graphSetShape(this.#graph, tensor.id, shape);
    const shaped = { ...tensor, shape: [...shape] };
    this.#tensors.set(tensor.id, shaped);
    return shaped;
  }

  constant(shape: readonly number[], dtype: number, values: HostValues): GraphTensor {
    if (isUniform(values) && values.length >= smallestFill) return this.#fill(shape, dtype, values);
    if (byteLength(values) > largestConstant) {
      throw new LargeConstantError(
        `${this.name} holds a constant of ${byteLength(values)} bytes, shape [${shape}]; ${largestConstant} are allowed.`,
        { remedy: 'Make it an argument, or a variable that is named in `state`.', value: shape },
      );
    }
    const signature = `constant ${dtype}[${shape}] ${fingerprint(values)}`;
    const known = this.#known.get(signature);
    if (known) return known;
    const node = this.#next(signature, 'constant', excerpt(values), () =>
      this.#native.graphConstant(this.#graph, shape, dtype, values),
    );
    const tensor = node.outputs[0]!;
    this.#constants.set(tensor.id, values);
    this.#known.set(signature, tensor);
    return tensor;
  }

  /** The tensor that stands for a tensor of the graph while the function runs. */
  symbol(backend: NodeBackend, tensor: GraphTensor): Tensor {
    return backend.createOutputTensor(this.metadata(tensor));
  }

  metadata(tensor: GraphTensor, operation = 'the function'): TensorMetadata {
    if (tensor.shape === null) {
      throw new ValueDependentShapeError(`${this.name}: the shape of what ${operation} gives depends on values.`, {
        remedy: 'Leave this part outside of the compiled function, or pad to a fixed shape and mask.',
        value: operation,
      });
    }
    return { id: this.#base + tensor.id, shape: [...tensor.shape], dtype: tensor.dtype };
  }

  /** The id in the graph of one of its symbols. */
  idOf(symbol: number): number {
    return symbol - this.#base;
  }

  owns(id: number): boolean {
    return id >= this.#base && id < this.#base + symbolsPerRecording;
  }

  /** Notes that a host tensor was made while the function ran. */
  noteMade(dataId: DataId): void {
    this.#made.add(dataId);
  }

  /** Throws unless the tensor is part of the recording or was made from numbers while the function ran. */
  checkTensor(backend: NodeBackend, dataId: DataId): void {
    const record = backend.tensorMap.get(dataId);
    if (this.owns(record.id) || (record.values !== null && this.#made.has(dataId))) return;
    throw new OuterTensorError(
      `${this.name} uses ${ownerOf(dataId)} (shape [${record.shape}]), which it did not get as an argument.`,
      {
        remedy: 'Pass tensors as arguments, name variables in `state`, and make constants inside, from numbers.',
        value: record.shape,
      },
    );
  }

  /** The values of a constant; every other tensor has none while the function is recorded. */
  valuesOf(id: number): HostValues {
    const values = this.owns(id) ? this.#constants.get(this.idOf(id)) : undefined;
    if (values) return values;
    throw new ReadDuringCaptureError(`${this.name} reads the data of a tensor while it is compiled.`, {
      remedy:
        'Give the tensor back and read it outside; inside, use where(), mul() with a mask and the like in place of if.',
    });
  }

  /** Equal for the same nodes and constants, and the same `rest`, in any process. */
  contentHash(rest: unknown): string {
    const hash = createHash('sha256').update(JSON.stringify(rest));
    for (const { signature } of this.#log) hash.update(`\n${signature}`);
    return hash.digest('hex').slice(0, 16);
  }

  /** Defines the graph as a function of the context. */
  define(
    functionName: string,
    inputs: readonly number[],
    outputs: readonly number[],
    controls: readonly number[],
  ): void {
    this.#checkEnd();
    this.#native.graphDefine(this.#graph, functionName, inputs, outputs, controls);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#log.length;
  }

  close(): void {
    this.#native.graphDelete(this.#graph);
  }

  #fill(shape: readonly number[], dtype: number, values: Exclude<HostValues, Uint8Array[]>): GraphTensor {
    const dimensions = this.constant([shape.length], this.#native.TF_INT32, Int32Array.from(shape));
    const value = this.constant([], dtype, values.slice(0, 1));
    const attributes = [
      typeAttribute(this.#native, 'T', dtype),
      typeAttribute(this.#native, 'index_type', this.#native.TF_INT32),
    ];
    const [tensor] = this.add('Fill', attributes, [dimensions.id, value.id], 1).outputs;
    this.#constants.set(tensor!.id, values);
    return tensor!;
  }

  /**
   * Adds a bias that changes nothing: TensorFlow computes an activation inside the convolution only where there is a bias between
   * them, and one of zeros it removes first.
   */
  #addNothing({ id, shape, dtype }: GraphTensor): number {
    const channels = shape?.at(-1);
    const type = this.#native.TF_FLOAT;
    if (this.precision !== 'bfloat16' || !channels || channels < 0 || dtype !== type) return id;
    const bias = this.constant([channels], type, new Float32Array(channels).fill(nothing));
    return this.add('BiasAdd', [typeAttribute(this.#native, 'T', type)], [id, bias.id], 1).outputs[0]!.id;
  }

  /**
   * The inputs of an operation, where it is arithmetic on values of the state alone or beside others of their shape: those values held
   * at float32, so that what updates them does not lose what bfloat16 cannot hold.
   */
  #keepState(operation: string, inputs: readonly number[]): readonly number[] {
    if (this.precision !== 'bfloat16' || !arithmetic.has(operation)) return inputs;
    const largest = Math.max(...inputs.map((input) => sizeOf(this.#tensors.get(input)!.shape)));
    return inputs.map((input) => {
      const value = this.#state.get(input);
      if (value?.dtype !== this.#native.TF_FLOAT || largest > sizeOf(value.shape)) return input;
      const known = this.#exact.get(input);
      if (known !== undefined) return known;
      const attributes = [
        typeAttribute(this.#native, 'dtype', value.dtype),
        shapeAttribute(this.#native, 'shape', value.shape!),
      ];
      const { id } = this.add(float32Operation, attributes, [input], 1).outputs[0]!;
      this.#exact.set(input, id);
      return id;
    });
  }

  #next(signature: string, kind: string, shown: string, make: () => GraphNode): GraphNode {
    const position = this.#position++;
    if (!this.#comparing) {
      const node = make();
      for (const tensor of node.outputs) {
        this.#tensors.set(tensor.id, tensor);
        this.#origins.set(tensor.id, node.node);
      }
      this.#log.push({ signature, node, excerpt: shown });
      return node;
    }
    const before = this.#log[position];
    if (before?.signature === signature) return before.node;
    throw new UnrepeatableFunctionError(
      shown && before?.excerpt
        ? `${this.name} holds a constant that was ${before.excerpt} in a first recording and ${shown} in a second one.`
        : `${this.name} does something else when it is recorded again: ${kind} in place of ${before?.signature ?? 'its end'}.`,
      { remedy: 'Draw random numbers, clocks and counters outside and pass them as tensors.', value: shown || kind },
    );
  }

  #checkEnd(): void {
    if (this.#position === this.#log.length) return;
    throw new UnrepeatableFunctionError(`${this.name} stops earlier when it is recorded again.`, {
      remedy: 'Let the function depend on its arguments and declared state only.',
      value: this.#position,
    });
  }

  #standIn(): Binding {
    return withCalls(this.#native, {
      executeOp: (operation, attributes, inputs, outputs) => this.#record(operation, attributes, inputs, outputs),
      createTensor: (shape, dtype, values) => this.metadata(this.constant(shape, dtype, values)).id,
      tensorDataSync: (id) => this.valuesOf(id),
    });
  }

  #record(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    if (randomOperations.has(operation)) {
      throw new UnrepeatableFunctionError(`${this.name} draws random numbers (${operation}).`, {
        remedy: 'Draw them outside and pass them as tensors.',
        value: operation,
      });
    }
    const ids = this.#keepState(
      operation,
      inputs.map((id) => this.idOf(id)),
    );
    const first = this.#tensors.get(ids[0]!);
    if (first && isUnchanged(first, operation, attributes, this.#constants.get(ids[1]!))) return [this.metadata(first)];
    const convolution = fusedActivations.has(operation) ? this.#convolutions.get(ids[0]!) : undefined;
    const node = this.add(operation, attributes, convolution ? [this.#addNothing(convolution)] : ids, outputs);
    if (operation === 'Conv2D' && attributes.some(({ value }) => value === 'NHWC'))
      this.#convolutions.set(node.outputs[0]!.id, node.outputs[0]!);
    return node.outputs.map((tensor) => this.metadata(tensor, operation));
  }
}
