import type { DataId } from '@tensorflow/tfjs-core';
import { EscapedTensorError } from './errors.ts';
import { isTensorReference, type NodeBackend, withCalls } from './node-backend.ts';
import { processState } from './process-state.ts';
import type { RecordedVariables } from './recorded-variables.ts';
import { isSymbol, type Recording } from './recording.ts';

/** A function that is being recorded, and what it does with its state. */
export interface ActiveCapture {
  readonly recording: Recording;
  readonly variables: RecordedVariables;
  /** Whether XLA will compile it. */
  readonly xla: boolean;
}

/** Gives the backend's tensor of a variable its value, if it lies in a resource. */
export type Refresh = (backend: NodeBackend, dataId: DataId) => void;

export const activeCapture = (): ActiveCapture | undefined => processState.active;

/** Runs `body` with the backend recording instead of computing. */
export function whileCapturing<Result>(backend: NodeBackend, capture: ActiveCapture, body: () => Result): Result {
  const { binding } = backend;
  backend.binding = capture.recording.binding;
  processState.active = capture;
  try {
    return body();
  } finally {
    processState.active = undefined;
    backend.binding = binding;
  }
}

/** Once per backend: tensors are looked at before the backend uses them. */
export function hookBackend(backend: NodeBackend, refresh: Refresh): void {
  if (processState.hooked.has(backend)) return;
  processState.hooked.add(backend);
  const native = backend.binding;
  const { getInputTensorIds, readSync, write } = backend;
  backend.binding = withCalls(native, {
    deleteTensor: (id) => (isSymbol(id) ? undefined : native.deleteTensor(id)),
  });
  const prepare = (dataId: DataId) => {
    const active = activeCapture();
    if (active) prepareSymbol(backend, active, dataId);
    else prepareTensor(backend, refresh, dataId);
  };

  backend.getInputTensorIds = (tensors) => {
    for (const tensor of tensors) if (isTensorReference(tensor)) prepare(tensor.dataId);
    return getInputTensorIds.call(backend, tensors);
  };
  backend.readSync = (dataId) => {
    prepare(dataId);
    return readSync.call(backend, dataId);
  };
  backend.write = (values, shape, dtype) => {
    const dataId = write.call(backend, values, shape, dtype);
    activeCapture()?.recording.noteMade(dataId);
    return dataId;
  };
}

function prepareSymbol(backend: NodeBackend, { recording, variables }: ActiveCapture, dataId: DataId): void {
  variables.prepare(dataId);
  recording.checkTensor(backend, dataId);
}

function prepareTensor(backend: NodeBackend, refresh: Refresh, dataId: DataId): void {
  refresh(backend, dataId);
  if (!isSymbol(backend.tensorMap.get(dataId).id)) return;
  throw new EscapedTensorError('A tensor that was made inside a compiled function is used outside of it.', {
    remedy: 'Give it back as a result of the function.',
  });
}
