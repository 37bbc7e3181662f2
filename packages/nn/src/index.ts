export { type Compile, type Compiled, type CompileOptions, runEagerly, type TensorTree } from './compile.ts';
export { disposeParameters, namedParameters, type ParameterTree, trainableParameters } from './parameters.ts';
