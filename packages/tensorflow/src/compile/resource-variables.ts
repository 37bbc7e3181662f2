import { type DataId, engine, type Variable } from '@tensorflow/tfjs-core';
import { StateBusyError, StateDisposedError } from './errors.ts';
import { byteLength } from './host-values.ts';
import { type NodeBackend, shapeAttribute, typeAttribute } from './node-backend.ts';
import { processState } from './process-state.ts';

/** A record's `id` while the value lies in the resource only. */
const absent = -1;

/**
 * So many bytes of values that were copied into resources, and which JavaScript may still hold, are worth a garbage collection: a large
 * model would lie in memory twice, since V8 does not collect while nothing is made.
 */
const worthCollecting = 32 * 2 ** 20;

/** The resource of a variable, made at its first use in a compiled function; one for all functions. */
export function resourceOf(backend: NodeBackend, variable: Variable): ResourceVariable {
  const known = processState.resources.get(variable);
  if (known) return known;
  const made = new ResourceVariable(backend, variable);
  processState.resources.set(variable, made);
  return made;
}

/** Before the backend uses a tensor: fetches its value if that lies in a resource. */
export const refreshTensor = (backend: NodeBackend, dataId: DataId): void =>
  processState.absentees.get(dataId)?.fetch(backend);

/**
 * A `tf.Variable` whose value lives in a TensorFlow resource variable, where compiled functions read and update it in place.
 * The tensor that tfjs sees is filled when it is looked at, and emptied before a function writes, so that the value exists once.
 */
class ResourceVariable {
  readonly variable: Variable;
  readonly handle: number;
  readonly #backend: NodeBackend;
  readonly #name: string;
  /** The tensor that shows what the resource holds; a variable with another one has been assigned to. */
  #shown: DataId | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  /** Asynchronous calls that use the resource, running or waiting. */
  #users = 0;
  #writers = 0;
  #isRunning = false;
  #isDestroyed = false;

  constructor(backend: NodeBackend, variable: Variable) {
    const { binding } = backend;
    this.#backend = backend;
    this.variable = variable;
    this.#name = variable.name;
    const text = (name: string, value: string) => ({ name, type: binding.TF_ATTR_STRING, value });
    const attributes = [
      typeAttribute(binding, 'dtype', backend.getDTypeInteger(variable.dtype)),
      shapeAttribute(binding, 'shape', variable.shape),
      text('container', ''),
      text('shared_name', `deflow/${++processState.serial}`),
    ];
    this.handle = binding.executeOp('VarHandleOp', attributes, [], 1)[0]!.id;
    this.#destroyWithVariable();
  }

  /** Throws when an asynchronous call is under way that must not see, or not be seen by, another use. */
  assertFree(written: boolean): void {
    if (this.#writers > 0 || (written && this.#users > 0)) throw this.#busy();
  }

  /** Before a call: the resource holds the variable's value, and nothing else does if the call writes. */
  prepare(written: boolean): void {
    this.#assertAlive();
    processState.isTurn = true;
    try {
      if (this.variable.dataId !== this.#shown) this.#push();
      if (written) this.#empty();
    } finally {
      processState.isTurn = false;
    }
  }

  /** Counts an asynchronous call from its start to its end; gives back the promise of the one before it. */
  enqueue(written: boolean, ended: Promise<unknown>): Promise<unknown> {
    const before = this.#tail;
    this.#tail = ended;
    this.#users++;
    if (written) this.#writers++;
    return before;
  }

  /** An asynchronous call that writes begins to run. */
  begin(): void {
    this.#isRunning = true;
  }

  leave(written: boolean): void {
    this.#isRunning = false;
    this.#users--;
    if (written) this.#writers--;
    if (this.#users === 0 && this.variable.isDisposed) this.#destroy();
  }

  /** Fills the tensor that shows the value; it shares the resource's memory until the next update. */
  fetch(backend: NodeBackend): void {
    if (processState.isTurn ? this.#isRunning : this.#writers > 0) throw this.#busy();
    const { binding } = backend;
    const attributes = [typeAttribute(binding, 'dtype', backend.getDTypeInteger(this.variable.dtype))];
    const [value] = binding.executeOp('ReadVariableOp', attributes, [this.handle], 1);
    backend.tensorMap.get(this.#shown!).id = value!.id;
    processState.absentees.delete(this.#shown!);
  }

  #push(): void {
    const { binding } = this.#backend;
    this.#saveClones();
    const values = this.#backend.tensorMap.get(this.variable.dataId)?.values;
    const bytes = values ? byteLength(values) : 0;
    const [id] = this.#backend.getInputTensorIds([this.variable]);
    const attributes = [typeAttribute(binding, 'dtype', this.#backend.getDTypeInteger(this.variable.dtype))];
    binding.executeOp('AssignVariableOp', attributes, [this.handle, id!], 0);
    this.#shown = this.variable.dataId;
    processState.leftOnHost += bytes;
    if (processState.leftOnHost < worthCollecting) return;
    processState.leftOnHost = 0;
    binding.collectGarbage();
  }

  /** Fills the tensor that shows the old value if something else than the variable shows it too. */
  #saveClones(): void {
    const shown = this.#shown;
    if (shown && processState.absentees.has(shown) && this.#backend.tensorMap.has(shown)) this.fetch(this.#backend);
  }

  #empty(): void {
    if (processState.absentees.has(this.#shown!) && this.#isShared()) this.fetch(this.#backend);
    if (processState.absentees.has(this.#shown!)) return;
    if (this.#isShared()) this.#showAnew();
    else this.#drop();
    processState.absentees.set(this.#shown!, this);
  }

  /** True when another tensor, a clone perhaps, shows the same data: it keeps what it has. */
  #isShared(): boolean {
    return this.#backend.refCount(this.#shown!) > 1;
  }

  #showAnew(): void {
    const { shape, dtype } = this.variable;
    const empty = this.#backend.createOutputTensor({
      id: absent,
      shape: [...shape],
      dtype: this.#backend.getDTypeInteger(dtype),
    });
    this.variable.assign(empty);
    empty.dispose();
    this.#shown = this.variable.dataId;
  }

  #drop(): void {
    const record = this.#backend.tensorMap.get(this.#shown!);
    this.#backend.binding.deleteTensor(record.id);
    record.id = absent;
  }

  #assertAlive(): void {
    if (!this.variable.isDisposed && engine().state.tensorInfo.has(this.variable.dataId)) return;
    this.#destroy();
    throw new StateDisposedError(`The variable '${this.#name}' of a compiled function has been disposed.`, {
      remedy: 'Dispose the compiled function together with its variables, or compile again.',
      value: this.#name,
    });
  }

  #busy(): StateBusyError {
    return new StateBusyError(`The variable '${this.#name}' is in use by an asynchronous call.`, {
      remedy: 'Await the call first.',
      value: this.#name,
    });
  }

  #destroyWithVariable(): void {
    const { variable } = this;
    const dispose = variable.dispose;
    variable.dispose = () => {
      dispose.call(variable);
      if (this.#users === 0) this.#destroy();
    };
  }

  #destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#saveClones();
    const { binding } = this.#backend;
    const ignoring = { name: 'ignore_lookup_error', type: binding.TF_ATTR_BOOL, value: true };
    binding.executeOp('DestroyResourceOp', [ignoring], [this.handle], 0);
    binding.deleteTensor(this.handle);
    processState.resources.delete(this.variable);
  }
}

export type { ResourceVariable };
