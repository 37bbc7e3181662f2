import { engine, type GradConfig, getGradient, getKernel, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';

type Gradients = Record<string, () => Tensor>;

/** A gradient that one operation of the backend computes. */
export interface FastGradient {
  /** The kernel whose gradient it is. */
  readonly kernelName: string;
  /** The kernel that computes it; backends without it use the stock gradient. */
  readonly requires: string;
  /**
   * True where the result is to be kept for the gradient and not the arguments: it is in memory anyway. The stock gradient, too, must
   * then be right with the result in place of the argument. Asked right after the kernel has run.
   */
  keepsResult?(): boolean;
  /** Undefined where only the stock gradient will do. */
  gradients(dy: Tensor, saved: readonly Tensor[], attributes: NamedAttrMap): Gradients | undefined;
}

const installed = new WeakSet<GradConfig>();

/** True while gradients are differentiated themselves: the fast ones have no gradient of their own. */
const isHigherOrder = (): boolean => engine().state.gradientDepth > 0;

/** The registry's configuration: fast where the backend can, stock otherwise. */
export function configureGradient(fast: FastGradient, stock: GradConfig): GradConfig {
  const { kernelName, requires } = fast;
  const isFast = () => getKernel(requires, engine().backendName) != null;
  const keepsResult = () => isFast() && (fast.keepsResult?.() ?? false);
  const config: GradConfig = {
    kernelName,
    saveAllInputs: stock.saveAllInputs ?? false,
    get inputsToSave() {
      return keepsResult() ? [] : (stock.inputsToSave ?? []);
    },
    get outputsToSave() {
      return keepsResult() ? [true] : (stock.outputsToSave ?? []);
    },
    gradFunc: (dy, saved, attributes) => {
      const gradients =
        isFast() && !isHigherOrder() ? fast.gradients(dy as Tensor, saved, attributes ?? {}) : undefined;
      return gradients ?? stock.gradFunc(dy, saved, attributes);
    },
  };
  installed.add(config);
  return config;
}

export const isInstalled = (kernelName: string): boolean => {
  const config = getGradient(kernelName);
  return config != null && installed.has(config);
};

/** Runs a kernel of the active backend. */
export const runKernel = (kernelName: string, inputs: Record<string, Tensor>, attributes: NamedAttrMap = {}): Tensor =>
  engine().runKernel(kernelName, inputs, attributes) as Tensor;
