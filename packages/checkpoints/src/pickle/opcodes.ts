import { ForeignObjectError } from '../errors.ts';
import { kindOf } from './kind-of.ts';
import type { PickleMachine } from './pickle-machine.ts';
import { PickledGlobal } from './pickled-global.ts';

type Instruction = (machine: PickleMachine) => void;

const keep =
  (read: (machine: PickleMachine) => unknown): Instruction =>
  (machine) =>
    machine.push(read(machine));

/** Little-endian two's complement of any length. */
function longInteger(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}

const tuple =
  (length: number): Instruction =>
  (machine) => {
    const values = Array.from({ length }, () => machine.pop());
    machine.push(values.reverse());
  };

function setItems(machine: PickleMachine, items: readonly unknown[]): void {
  const map = machine.topMap();
  if (items.length % 2) throw machine.malformed('sets a key without a value');
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (typeof key === 'object' && key !== null) throw machine.malformed('uses a list or an object as a key');
    map.set(key, items[i + 1]);
  }
}

function append(machine: PickleMachine, items: readonly unknown[]): void {
  const list = machine.topList();
  for (const item of items) list.push(item);
}

function reduce(machine: PickleMachine): void {
  const values = machine.pop();
  const callee = machine.pop();
  if (!(callee instanceof PickledGlobal) || !Array.isArray(values))
    throw machine.malformed('calls what is no function');
  if (!callee.call) throw machine.malformed(`calls ${callee.name}, which is no function`);
  machine.push(callee.call(values));
}

/** The attributes of a dictionary, such as a state dict's `_metadata`, are dropped. */
function build(machine: PickleMachine): void {
  machine.pop();
  const target = machine.top();
  if (target instanceof Map) return;
  throw new ForeignObjectError(`The pickle sets attributes of ${kindOf(target)}.`, {
    remedy: 'Save a state dict, model.state_dict(), in place of the object.',
    value: target,
  });
}

/** What each byte means (CPython's pickletools documents them). Whatever is not here is refused. */
const instructions: Readonly<Record<string, Instruction>> = {
  '(': (machine) => machine.mark(),
  N: keep(() => null),
  '\x88': keep(() => true),
  '\x89': keep(() => false),
  J: keep(({ cursor }) => cursor.int32()),
  K: keep(({ cursor }) => cursor.uint8()),
  M: keep(({ cursor }) => cursor.uint16()),
  '\x8a': keep(({ cursor }) => longInteger(cursor.take(cursor.uint8()))),
  G: keep(({ cursor }) => cursor.float64BigEndian()),
  X: keep(({ cursor }) => cursor.text(cursor.uint32())),
  '\x8c': keep(({ cursor }) => cursor.text(cursor.uint8())),
  '\x8d': keep(({ cursor }) => cursor.text(cursor.uint64())),
  T: keep(({ cursor }) => cursor.text(cursor.uint32())),
  U: keep(({ cursor }) => cursor.text(cursor.uint8())),
  ')': keep(() => []),
  t: keep((machine) => machine.popToMark()),
  '\x85': tuple(1),
  '\x86': tuple(2),
  '\x87': tuple(3),
  ']': keep(() => []),
  l: keep((machine) => machine.popToMark()),
  a: (machine) => {
    const value = machine.pop();
    append(machine, [value]);
  },
  e: (machine) => append(machine, machine.popToMark()),
  '}': keep(() => new Map()),
  s: (machine) => {
    const [value, key] = [machine.pop(), machine.pop()];
    setItems(machine, [key, value]);
  },
  u: (machine) => setItems(machine, machine.popToMark()),
  q: (machine) => machine.remember(machine.cursor.uint8()),
  r: (machine) => machine.remember(machine.cursor.uint32()),
  '\x94': (machine) => machine.rememberNext(),
  h: (machine) => machine.recall(machine.cursor.uint8()),
  j: (machine) => machine.recall(machine.cursor.uint32()),
  c: keep(({ cursor, host }) => {
    const module = cursor.line();
    return host.findGlobal(`${module}.${cursor.line()}`);
  }),
  '\x93': keep((machine) => {
    const [name, module] = [machine.popText(), machine.popText()];
    return machine.host.findGlobal(`${module}.${name}`);
  }),
  Q: keep((machine) => machine.host.persistent(machine.pop())),
  R: reduce,
  b: build,
  // A frame only says how many bytes follow, and a protocol how old the writer was.
  '\x95': ({ cursor }) => void cursor.take(8),
  '\x80': ({ cursor }) => void cursor.uint8(),
};

/** The instruction of each byte; holes are refused. */
export const instructionOfByte: readonly (Instruction | undefined)[] = Array.from(
  { length: 256 },
  (_, byte) => instructions[String.fromCharCode(byte)],
);
