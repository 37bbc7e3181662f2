import { DeFlowError } from '../errors.ts';

/** The root of what `compile` throws. */
export class CompileError extends DeFlowError {}

/** An argument of a compiled function is not a tensor or a tree of tensors. */
export class CompileArgumentError extends CompileError {}

/** The function gave back something else than a tensor or a tree of tensors: a number, nothing, a promise. */
export class CompileResultError extends CompileError {}

/** The function reads the data of a tensor, which has none while the function is recorded. */
export class ReadDuringCaptureError extends CompileError {}

/** Two recordings of the function differ: it depends on random numbers, a clock or a counter of JavaScript. */
export class UnrepeatableFunctionError extends CompileError {}

/** The function uses a tensor or a variable that is neither an argument nor declared state nor made inside. */
export class OuterTensorError extends CompileError {}

/** The function makes variables, which would come into being at every call. */
export class VariableInsideError extends CompileError {}

/** A tensor that was made while a function was recorded is used after it: it stands for a value and has none. */
export class EscapedTensorError extends CompileError {}

/** The shape of a result depends on values, not only on shapes. */
export class ValueDependentShapeError extends CompileError {}

/** A constant is too large to be part of a function. */
export class LargeConstantError extends CompileError {}

/** A variable is used while an asynchronous call that writes it is on its way. */
export class StateBusyError extends CompileError {}

/** A variable of a compiled function has been disposed. */
export class StateDisposedError extends CompileError {}

/** A compiled function is called after its `dispose`. */
export class FunctionDisposedError extends CompileError {}

/** TensorFlow could not define or run the function; `cause` is what it said. */
export class FunctionFailedError extends CompileError {}
