import { type Code, Local, unsigned } from './code.ts';

const typeCodes = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

export type ValueType = keyof typeof typeCodes;

/** A function without a result, for `encodeModule`. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly variables: readonly ValueType[];
  /** Its code, given the parameters and then the variables. */
  readonly body: (...locals: Local[]) => readonly Code[];
}

const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const sized = (code: Code): Code => [...unsigned(code.length), ...code];
const text = (name: string): Code => sized([...name].map((letter) => letter.charCodeAt(0)));

/** The bytes of a module that exports its functions by their names, and its `memory`, which starts with one page. */
export function encodeModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...list(parameters.map((type) => [typeCodes[type]])), 0]);
  const bodies = functions.map(({ parameters, variables, body }) => {
    const declared = list(variables.map((type) => [1, typeCodes[type]]));
    const locals = [...parameters, ...variables].map((_, index) => new Local(index));
    return sized([...declared, ...body(...locals).flat(), 0x0b]);
  });
  const exported = functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]);
  const sections: readonly (readonly [id: number, content: Code])[] = [
    [1, list(types)],
    [3, list(functions.map((_, index) => unsigned(index)))],
    [5, list([[0, 1]])],
    [7, list([...exported, [...text('memory'), 2, 0]])],
    [10, list(bodies)],
  ];
  const header = [...text('\0asm').slice(1), 1, 0, 0, 0];
  return Uint8Array.from([...header, ...sections.flatMap(([id, content]) => [id, ...sized(content)])]);
}
