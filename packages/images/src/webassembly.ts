export { type Code, f64, f64x2, i32, Local, repeat, v128 } from './webassembly/code.ts';
export { encodeModule, type ValueType, type WasmFunction } from './webassembly/module.ts';
