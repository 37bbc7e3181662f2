import { clone, keep, type Tensor } from '@tensorflow/tfjs-core';
import type { CapturedFunction } from './capture.ts';
import { explainFailure, failureOf } from './failures.ts';
import type { NodeBackend, RunOptions, TensorMetadata } from './node-backend.ts';
import { resourceOf } from './resource-variables.ts';
import { type TensorTree, unflattenTree } from './tensor-tree.ts';

/** Runs a captured function on the leaves of its arguments. */
export function callFunction(
  backend: NodeBackend,
  name: string,
  captured: CapturedFunction,
  leaves: readonly Tensor[],
  options: RunOptions,
): TensorTree {
  const uses = usesOf(backend, captured);
  for (const { resource, written } of uses) resource.assertFree(written);
  for (const { resource, written } of uses) resource.prepare(written);
  const inputs = [...backend.getInputTensorIds(leaves), ...uses.map(({ resource }) => resource.handle)];
  const outputs = explainFailure(name, 'run', () =>
    backend.binding.runFunction(captured.functionName, inputs, captured.outputCount, options),
  );
  return resultOf(backend, captured, outputs);
}

/** The same on a worker thread, after the calls before it that use the same variables. */
export async function callFunctionAsync(
  backend: NodeBackend,
  name: string,
  captured: CapturedFunction,
  leaves: readonly Tensor[],
  options: RunOptions,
): Promise<TensorTree> {
  const uses = usesOf(backend, captured);
  const held = leaves.map((tensor) => keep(clone(tensor)));
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  try {
    await Promise.all(uses.map(({ resource, written }) => resource.enqueue(written, ended)));
    for (const { resource, written } of uses) resource.prepare(written);
    const inputs = [...backend.getInputTensorIds(held), ...uses.map(({ resource }) => resource.handle)];
    for (const { resource, written } of uses) if (written) resource.begin();
    const outputs = await backend.binding.runFunctionAsync(
      captured.functionName,
      inputs,
      captured.outputCount,
      options,
    );
    return resultOf(backend, captured, outputs);
  } catch (cause) {
    throw failureOf(name, 'run', cause);
  } finally {
    for (const { resource, written } of uses) resource.leave(written);
    for (const tensor of held) tensor.dispose();
    end();
  }
}

const usesOf = (backend: NodeBackend, { variables }: CapturedFunction) =>
  variables.map(({ variable, written }) => ({ resource: resourceOf(backend, variable), written }));

/** One tensor for every leaf: those that are the same output share its data. */
function resultOf(backend: NodeBackend, captured: CapturedFunction, outputs: readonly TensorMetadata[]): TensorTree {
  const tensors = outputs.map((output) => backend.createOutputTensor(output));
  const taken = new Set<number>();
  const leaves = captured.outputOfLeaf.map((output) => {
    const tensor = tensors[output]!;
    const isTaken = taken.has(output);
    taken.add(output);
    return isTaken ? clone(tensor) : tensor;
  });
  return unflattenTree(captured.structure, leaves.values());
}
