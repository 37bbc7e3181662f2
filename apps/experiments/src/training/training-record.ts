/** One line of metrics.jsonl: means over the steps since the line before. */
export interface TrainingRecord {
  readonly step: number;
  /** Negative log-likelihood of the clean patches in bits per dimension, of values spread over the model’s quantisation levels. */
  readonly clean: number;
  /** The same of the degraded patches. */
  readonly degraded: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** Diagonal of Sigma over the channels of the latents, as constant part alone. */
  readonly sigma: { readonly least: number; readonly median: number; readonly most: number };
  readonly imagesPerSecond: number;
  /** Since training began, pauses left out. */
  readonly seconds: number;
}
