import { clone, type DataId, keep, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { OuterTensorError } from './errors.ts';
import { boolAttribute, type GraphNode, type GraphTensor, type NodeBackend, typeAttribute } from './node-backend.ts';
import type { Recording } from './recording.ts';

/** A `dataId` whose value is that of the variable at the time of its first use. */
const unread = -1;

interface RecordedVariable {
  readonly variable: Variable;
  /** Holds the value that the variable has outside, while the recording gives it others. */
  readonly outside: Tensor;
  handle: GraphTensor | undefined;
  /** Nodes that read the value since the last update, and nodes that use what they read. */
  reads: number[];
  consumers: (readonly number[])[];
  lastUpdate: number | undefined;
  /** The `dataId` that stands for what the resource holds. */
  current: DataId;
}

/** What a recorded function does with a variable. */
export interface VariableUse {
  readonly variable: Variable;
  readonly handle: number;
  readonly written: boolean;
}

/**
 * The declared state while a function is recorded. Every variable stands for a resource variable: its first use reads the resource,
 * `assign` writes it at the end, Adam updates it in place. `restore` gives the variables back the values that they had.
 */
export class RecordedVariables {
  readonly #backend: NodeBackend;
  readonly #recording: Recording;
  readonly #variables = new Map<Variable, RecordedVariable>();
  readonly #unread = new Map<DataId, RecordedVariable>();
  #order: RecordedVariable[] = [];

  constructor(backend: NodeBackend, recording: Recording, state: readonly Variable[]) {
    this.#backend = backend;
    this.#recording = recording;
    for (const variable of state) {
      if (this.#variables.has(variable)) continue;
      const recorded: RecordedVariable = {
        variable,
        outside: keep(clone(variable as Tensor)),
        handle: undefined,
        reads: [],
        consumers: [],
        lastUpdate: undefined,
        current: variable.dataId,
      };
      this.#variables.set(variable, recorded);
      this.#stale(recorded);
    }
  }

  /** Before a tensor is used: reads the variable if the tensor stands for one that was not read yet. */
  prepare(dataId: DataId): void {
    const recorded = this.#unread.get(dataId);
    if (!recorded) return;
    this.#unread.delete(dataId);
    const { dtype, shape } = recorded.variable;
    const controls = recorded.lastUpdate === undefined ? [] : [recorded.lastUpdate];
    const attributes = [typeAttribute(this.#backend.binding, 'dtype', this.#backend.getDTypeInteger(dtype))];
    const node = this.#recording.add('ReadVariableOp', attributes, [this.#handle(recorded).id], 1, controls);
    const value = this.#recording.setShape(node.outputs[0]!, shape);
    recorded.reads.push(node.node);
    recorded.consumers.push(this.#recording.watchConsumers(value));
    this.#backend.tensorMap.get(dataId).id = this.#recording.metadata(value).id;
  }

  /** Records ResourceApplyAdam; `inputs` are the ids of beta1^t, beta2^t, step size, beta1, beta2, epsilon and gradient in the graph. */
  applyAdam(variables: readonly [Variable, Variable, Variable], inputs: readonly number[]): void {
    const updated = variables.map((variable) => this.#find(variable));
    for (const recorded of updated) this.#settle(recorded);
    const { binding } = this.#backend;
    const attributes = [typeAttribute(binding, 'T', binding.TF_FLOAT), boolAttribute(binding, 'use_locking', false)];
    const handles = updated.map((recorded) => this.#handle(recorded).id);
    const controls = [...new Set(updated.flatMap((recorded) => this.#before(recorded)))];
    const node = this.#recording.add('ResourceApplyAdam', attributes, [...handles, ...inputs], 0, controls);
    for (const recorded of updated) this.#updatedBy(recorded, node);
  }

  /** Writes what was assigned. */
  finish(): void {
    for (const recorded of this.#variables.values()) this.#writeAssigned(recorded);
  }

  /** The variables that the function uses, in the order of its inputs; `controls` are the updates that must run. */
  uses(): { readonly variables: readonly VariableUse[]; readonly controls: readonly number[] } {
    const controls = this.#order.flatMap(({ lastUpdate }) => (lastUpdate === undefined ? [] : [lastUpdate]));
    const variables = this.#order.map(({ variable, handle, lastUpdate }) => ({
      variable,
      handle: handle!.id,
      written: lastUpdate !== undefined,
    }));
    return { variables, controls: [...new Set(controls)] };
  }

  restore(): void {
    for (const { variable, outside } of this.#variables.values()) {
      if (!variable.isDisposed) variable.assign(outside);
      outside.dispose();
    }
    this.#unread.clear();
  }

  /** Makes the variable stand for what the resource holds when it is next used. */
  #stale(recorded: RecordedVariable): void {
    const { variable } = recorded;
    const dtype = this.#backend.getDTypeInteger(variable.dtype);
    const value = this.#backend.createOutputTensor({ id: unread, shape: [...variable.shape], dtype });
    variable.assign(value);
    value.dispose();
    recorded.current = variable.dataId;
    this.#unread.set(variable.dataId, recorded);
  }

  /** Before an update: writes what was assigned, and reads the value if something else still stands for it. */
  #settle(recorded: RecordedVariable): void {
    this.#writeAssigned(recorded);
    const { dataId } = recorded.variable;
    if (this.#unread.has(dataId) && this.#backend.refCount(dataId) > 1) this.prepare(dataId);
    this.#unread.delete(dataId);
  }

  #writeAssigned(recorded: RecordedVariable): void {
    const { variable, current } = recorded;
    if (variable.dataId === current) return;
    const [id] = this.#backend.getInputTensorIds([variable]);
    const dtype = this.#backend.getDTypeInteger(variable.dtype);
    const inputs = [this.#handle(recorded).id, this.#recording.idOf(id!)];
    const attributes = [typeAttribute(this.#backend.binding, 'dtype', dtype)];
    const controls = [...recorded.reads, ...(recorded.lastUpdate === undefined ? [] : [recorded.lastUpdate])];
    const node = this.#recording.add('AssignVariableOp', attributes, inputs, 0, controls);
    recorded.lastUpdate = node.node;
    recorded.reads = [];
    recorded.consumers = [];
    recorded.current = variable.dataId;
  }

  /** An update in place comes after the nodes that use the value, or it would have to copy it first. */
  #before(recorded: RecordedVariable): number[] {
    const update = recorded.lastUpdate === undefined ? [] : [recorded.lastUpdate];
    return [...recorded.reads, ...recorded.consumers.flat(), ...update];
  }

  #updatedBy(recorded: RecordedVariable, node: GraphNode): void {
    recorded.lastUpdate = node.node;
    recorded.reads = [];
    recorded.consumers = [];
    this.#stale(recorded);
  }

  #handle(recorded: RecordedVariable): GraphTensor {
    if (!recorded.handle) {
      recorded.handle = this.#recording.placeholder(this.#backend.binding.TF_RESOURCE, []);
      this.#order.push(recorded);
    }
    return recorded.handle;
  }

  #find(variable: Variable): RecordedVariable {
    const recorded = this.#variables.get(variable);
    if (recorded) return recorded;
    throw new OuterTensorError(
      `${this.#recording.name} updates the variable '${variable.name}', which is not declared.`,
      {
        remedy: 'Name it in `state`.',
        value: variable.name,
      },
    );
  }
}
