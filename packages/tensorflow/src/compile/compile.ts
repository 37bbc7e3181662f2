import { clone, engine, type Tensor, tidy, Variable } from '@tensorflow/tfjs-core';
import { activeCapture, hookBackend } from './backend-hooks.ts';
import {
  type CapturedFunction,
  type CaptureRequest,
  captureFunction,
  describe,
  flattenResult,
  removeFunction,
} from './capture.ts';
import { CompileArgumentError, FunctionDisposedError } from './errors.ts';
import { callFunction, callFunctionAsync } from './function-calls.ts';
import { type NodeBackend, nodeBackend, type RunOptions } from './node-backend.ts';
import { bfloat16Configuration, bfloat16Obstacle, keepMatrixProducts, type Precision } from './precision.ts';
import { refreshTensor } from './resource-variables.ts';
import { flattenTree, signatureOf, type TensorTree, type TreeStructure, unflattenTree } from './tensor-tree.ts';

export interface CompileOptions {
  /** The variables that the function reads or assigns. Everything else that it uses must be an argument or a constant. */
  readonly state?: readonly Variable[];
  /** Compile with XLA. */
  readonly xla?: boolean;
  /**
   * `bfloat16`: convolutions and products of batches of matrices in bfloat16, on processors that have instructions for it, and what
   * lies between them. Products of two matrices and results stay float32.
   */
  readonly precision?: Precision;
  /** Appears in error messages. */
  readonly name?: string;
}

/** How calls run on the active backend, and why not otherwise. */
export interface Execution {
  /** False where the backend has no graphs: the function then runs as it is. */
  readonly isCaptured: boolean;
  readonly xla: boolean;
  readonly precision: Precision;
  /** What was asked for and has no effect. */
  readonly notes: readonly string[];
}

/** What `compile` gives back: the same function, faster. Results belong to the caller. */
export interface CompiledFunction<Arguments extends readonly TensorTree[], Result extends TensorTree> {
  (...inputs: Arguments): Result;
  /**
   * The same call on a worker thread, so that the event loop stays free. The arguments may be disposed at once. Calls that share
   * variables wait for each other; using such a variable otherwise before they end throws a StateBusyError.
   */
  async(...inputs: Arguments): Promise<Result>;
  /** Frees TensorFlow's functions; the variables stay. */
  dispose(): void;
  /** How calls run on the active backend. */
  readonly execution: Execution;
}

/** What recording so many nodes left behind is worth looking for at once: some 100 MB for 50,000. */
const largeRecording = 2000;

interface Leaves {
  readonly structure: TreeStructure;
  readonly leaves: readonly Tensor[];
}

/**
 * Turns a pure function of tensors and declared state into a TensorFlow function: recorded once for every combination of shapes and
 * dtypes of its arguments, then run with one call. Nothing is computed while it is recorded, and nothing of the recording is visible;
 * the function runs twice for it, so that what changes from call to call without being an argument is found out.
 *
 * The variables in `state` live in TensorFlow resource variables from then on: the function reads and updates them in place, and
 * tfjs fetches a value only when it is looked at. Assigning and reading them outside works as always.
 *
 * On backends without graphs (WebAssembly, WebGL, plain CPU), and where it is differentiated itself, the function runs as it is.
 *
 * @throws CompileArgumentError, CompileResultError when an argument or a result is not a tree of tensors.
 * @throws ReadDuringCaptureError, UnrepeatableFunctionError, OuterTensorError, VariableInsideError, ValueDependentShapeError,
 *   LargeConstantError when the function cannot be recorded.
 * @throws StateBusyError, StateDisposedError, FunctionDisposedError, FunctionFailedError from calls.
 */
export function compile<Arguments extends readonly TensorTree[], Result extends TensorTree>(
  fn: (...inputs: Arguments) => Result,
  options: CompileOptions = {},
): CompiledFunction<Arguments, Result> {
  const name = options.name ?? (fn.name || 'compiled function');
  const request = {
    name,
    fn: fn as unknown as CaptureRequest['fn'],
    state: options.state ?? [],
    xla: options.xla ?? false,
  };
  const captured = new Map<string, CapturedFunction>();
  let home: NodeBackend | undefined;
  let isDisposed = false;
  /** Asynchronous calls on their way, which still need TensorFlow's functions. */
  let pending = 0;

  const flatten = (inputs: readonly TensorTree[]): Leaves => {
    if (isDisposed) {
      throw new FunctionDisposedError(`${name} was called after its dispose().`, {
        remedy: 'Compile the function again.',
      });
    }
    const leaves: Tensor[] = [];
    const structure = flattenTree(inputs, leaves, 'arguments', (path, value) => {
      throw new CompileArgumentError(`${name} takes tensors: ${path} is ${describe(value)}.`, {
        remedy: 'Pass tensors, or records and arrays of tensors; numbers as scalar().',
        value,
      });
    });
    if (leaves.some((tensor) => tensor.isDisposed)) {
      throw new CompileArgumentError(`${name} was given a tensor that has been disposed.`, {
        remedy: 'Dispose arguments after the call, or keep them with keep().',
      });
    }
    return { structure, leaves };
  };
  const find = (backend: NodeBackend, { structure, leaves }: Leaves): CapturedFunction => {
    hookBackend(backend, refreshTensor);
    home = backend;
    const { precision } = execution(options, backend);
    if (precision === 'bfloat16') keepMatrixProducts();
    const signature = signatureOf(structure, leaves);
    const known = captured.get(signature);
    if (known) return known;
    const made = captureFunction(backend, { ...request, structure, leaves, precision });
    captured.set(signature, made);
    if (made.nodes > largeRecording) backend.binding.collectGarbage();
    return made;
  };
  const runOptions = (backend: NodeBackend): RunOptions => ({
    xla: options.xla ?? false,
    ...(execution(options, backend).precision === 'bfloat16' ? { configProto: bfloat16Configuration } : {}),
  });

  const run = (...inputs: Arguments): Result => {
    const given = flatten(inputs);
    const backend = graphBackend();
    if (!backend) return runAsItIs(fn, inputs, given.leaves, name);
    return callFunction(backend, name, find(backend, given), given.leaves, runOptions(backend)) as Result;
  };
  const runAsync = async (...inputs: Arguments): Promise<Result> => {
    const given = flatten(inputs);
    const backend = graphBackend();
    if (!backend) return runAsItIs(fn, inputs, given.leaves, name);
    const function_ = find(backend, given);
    pending++;
    try {
      return (await callFunctionAsync(backend, name, function_, given.leaves, runOptions(backend))) as Result;
    } finally {
      if (--pending === 0 && isDisposed) removeFunctions();
    }
  };
  const removeFunctions = () => {
    for (const each of captured.values()) if (home) removeFunction(home, each);
    captured.clear();
  };
  const dispose = () => {
    isDisposed = true;
    if (pending === 0) removeFunctions();
  };
  const compiled = Object.assign(run, { async: runAsync, dispose });
  return Object.defineProperty(compiled, 'execution', {
    get: () => execution(options, nodeBackend()),
  }) as typeof compiled & {
    readonly execution: Execution;
  };
}

function execution(
  { xla = false, precision = 'float32' }: CompileOptions,
  backend: NodeBackend | undefined,
): Execution {
  if (!backend) {
    const asked = [...(xla ? ['XLA'] : []), ...(precision === 'bfloat16' ? ['bfloat16'] : [])];
    const notes = asked.map((what) => `${what} has no effect: this backend has no graphs`);
    return { isCaptured: false, xla: false, precision: 'float32', notes };
  }
  const obstacle = precision === 'bfloat16' ? bfloat16Obstacle(backend.binding, xla) : undefined;
  return {
    isCaptured: true,
    xla,
    precision: obstacle ? 'float32' : precision,
    notes: obstacle ? [obstacle] : [],
  };
}

/** The backend, unless the function has to run as it is: inside another compiled function, which records it as its own part, and inside `grad`, which has to see its operations. */
function graphBackend(): NodeBackend | undefined {
  return activeCapture() || engine().state.gradientDepth > 0 ? undefined : nodeBackend();
}

/** Without a graph. Every result is a tensor of its own. */
function runAsItIs<Arguments extends readonly TensorTree[], Result extends TensorTree>(
  fn: (...inputs: Arguments) => Result,
  inputs: Arguments,
  leaves: readonly Tensor[],
  name: string,
): Result {
  return tidy(() => {
    const found: Tensor[] = [];
    const structure = flattenResult(fn(...inputs), found, name);
    const taken = new Set(leaves);
    const owned = found.map((tensor) => {
      const isTaken = taken.has(tensor) || tensor instanceof Variable;
      taken.add(tensor);
      return isTaken ? clone(tensor) : tensor;
    });
    return unflattenTree(structure, owned.values()) as never;
  });
}
