import { engine, env, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { type ActiveCapture, whileCapturing } from './backend-hooks.ts';
import { CompileResultError, VariableInsideError } from './errors.ts';
import { explainFailure } from './failures.ts';
import { type GraphTensor, type NodeBackend, typeAttribute } from './node-backend.ts';
import type { Precision } from './precision.ts';
import { processState } from './process-state.ts';
import { RecordedVariables, type VariableUse } from './recorded-variables.ts';
import { Recording } from './recording.ts';
import { flattenTree, type TensorTree, type TreeStructure, unflattenTree } from './tensor-tree.ts';

/** A function that TensorFlow knows. */
export interface CapturedFunction {
  /** Its name in TensorFlow. */
  readonly functionName: string;
  /** The variables whose handles follow the arguments. */
  readonly variables: readonly VariableUse[];
  readonly outputCount: number;
  /** The result's structure, and which output each of its tensors is. */
  readonly structure: TreeStructure;
  readonly outputOfLeaf: readonly number[];
  /** How many nodes were recorded. */
  readonly nodes: number;
}

export interface CaptureRequest {
  readonly name: string;
  readonly fn: (...inputs: TensorTree[]) => unknown;
  /** The structure of the list of arguments, and its tensors: only their shapes and dtypes matter. */
  readonly structure: TreeStructure;
  readonly leaves: readonly Tensor[];
  readonly state: readonly Variable[];
  readonly precision: Precision;
  readonly xla: boolean;
}

interface Pass {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly structure: TreeStructure;
  readonly outputOfLeaf: readonly number[];
  readonly variables: readonly VariableUse[];
  readonly controls: readonly number[];
}

/** Records `fn` twice, on symbols with the shapes of the leaves, and defines what it does as a TensorFlow function. */
export function captureFunction(backend: NodeBackend, request: CaptureRequest): CapturedFunction {
  const recording = new Recording(backend.binding, request.name, request.precision);
  try {
    runPass(backend, recording, request);
    recording.rewind();
    const pass = runPass(backend, recording, request);
    const handles = pass.variables.map(({ handle }) => handle);
    const ends = [[...pass.inputs, ...handles], pass.outputs, pass.controls] as const;
    const shapes = pass.variables.map(({ variable: { dtype, shape } }) => [dtype, shape]);
    const hash = recording.contentHash([ends, shapes]);
    const functionName = freeName(`${request.name.replace(/[^A-Za-z0-9_]/g, '_')}_${hash}`);
    explainFailure(request.name, 'define', () => recording.define(functionName, ...ends));
    processState.functionNames.add(functionName);
    return { ...pass, functionName, outputCount: pass.outputs.length, nodes: recording.size };
  } finally {
    recording.close();
  }
}

/**
 * `name`, or that with the first number that no function has. XLA finds functions that it kept by their names, so the name of one
 * depends on what it computes, not on what else the process compiled before.
 */
function freeName(name: string): string {
  let free = name;
  for (let number = 2; processState.functionNames.has(free); number++) free = `${name}_${number}`;
  return free;
}

/** Frees a function, and its name. */
export function removeFunction({ binding }: NodeBackend, { functionName }: CapturedFunction): void {
  binding.removeFunction(functionName);
  processState.functionNames.delete(functionName);
}

function runPass(backend: NodeBackend, recording: Recording, request: CaptureRequest): Pass {
  const known = new Set(Object.keys(engine().registeredVariables));
  engine().startScope(request.name);
  const variables = new RecordedVariables(backend, recording, request.state);
  const capture = { recording, variables, xla: request.xla };
  try {
    return withoutChecks(() => whileCapturing(backend, capture, () => recordCall(backend, capture, request)));
  } finally {
    variables.restore();
    engine().endScope();
    removeNewVariables(known, request.name);
  }
}

/** TensorFlow.js's debug mode and profiler read every result, of which there are none yet. */
function withoutChecks<Result>(body: () => Result): Result {
  const flags = ['DEBUG', 'CHECK_COMPUTATION_FOR_ERRORS'];
  const before = flags.map((flag) => env().getBool(flag));
  for (const flag of flags) env().set(flag, false);
  try {
    return body();
  } finally {
    for (const [index, flag] of flags.entries()) env().set(flag, before[index]!);
  }
}

function recordCall(backend: NodeBackend, capture: ActiveCapture, request: CaptureRequest): Pass {
  const { recording, variables } = capture;
  const placeholders = request.leaves.map(({ dtype, shape }) =>
    recording.placeholder(backend.getDTypeInteger(dtype), shape),
  );
  const symbols = placeholders.map((placeholder) => recording.symbol(backend, placeholder));
  const inputs = unflattenTree(request.structure, symbols.values()) as readonly TensorTree[];
  const result = request.fn(...inputs);
  const leaves: Tensor[] = [];
  const structure = flattenResult(result, leaves, request.name);
  const ids = backend.getInputTensorIds(leaves).map((id) => recording.idOf(id));
  const unique = [...new Set(ids)];
  const outputs = unique.map((id) => outputOf(backend, recording, placeholders, leaves[ids.indexOf(id)]!, id));
  variables.finish();
  return {
    inputs: placeholders.map(({ id }) => id),
    outputs,
    structure,
    outputOfLeaf: ids.map((id) => unique.indexOf(id)),
    ...variables.uses(),
  };
}

/** An input cannot be an output itself, and strings must not share memory with an input or a constant: tfjs-node frees them in place. */
function outputOf(
  backend: NodeBackend,
  recording: Recording,
  placeholders: readonly GraphTensor[],
  { dtype }: Tensor,
  id: number,
): number {
  const isInput = placeholders.some((placeholder) => placeholder.id === id);
  if (!isInput && dtype !== 'string') return id;
  const attributes = [typeAttribute(backend.binding, 'T', backend.getDTypeInteger(dtype))];
  return recording.add(dtype === 'string' ? 'DeepCopy' : 'Identity', attributes, [id], 1).outputs[0]!.id;
}

/** Takes the result of a compiled function apart. @throws CompileResultError when it is not a tree of tensors. */
export function flattenResult(result: unknown, leaves: Tensor[], name: string): TreeStructure {
  if (result instanceof Promise) {
    result.catch(() => {});
    throw new CompileResultError(`${name} is asynchronous.`, {
      remedy: 'Compile a synchronous function, and call it through `compiled.async` to keep the event loop free.',
      value: result,
    });
  }
  return flattenTree(result, leaves, 'result', (path, value) => {
    throw new CompileResultError(`${name} gives back something that is not a tensor: ${path} is ${describe(value)}.`, {
      remedy: 'Give back tensors, or records and arrays of tensors.',
      value,
    });
  });
}

export const describe = (value: unknown): string =>
  value === null || value === undefined ? String(value) : `a ${typeof value} (${value})`;

function removeNewVariables(known: ReadonlySet<string>, name: string): void {
  const added = Object.values(engine().registeredVariables).filter((variable) => !known.has(variable.name));
  if (added.length === 0) return;
  for (const variable of added) variable.dispose();
  throw new VariableInsideError(`${name} makes the variable '${added[0]!.name}' while it is compiled.`, {
    remedy: 'Make variables outside and name them in `state`.',
    value: added.map((variable) => variable.name),
  });
}
