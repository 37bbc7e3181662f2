import { DeFlowError } from '@deflow/images';
import type { MeasuredImage } from '../input/planes.ts';

/** An image, or what gives it when it is its turn: long folders do not lie in memory at once. */
export type ImageSource = MeasuredImage | (() => MeasuredImage | Promise<MeasuredImage>);

/** An image to compare with its reference. */
export interface EvaluatedPair {
  readonly image: ImageSource;
  readonly reference: ImageSource;
}

/** Metrics of an image and its reference, by the names that their scores get. */
export type PairMetrics<Name extends string> = Readonly<
  Record<Name, (image: MeasuredImage, reference: MeasuredImage) => number>
>;

/** Metrics of a single image, by name. */
export type ImageMetrics<Name extends string> = Readonly<Record<Name, (image: MeasuredImage) => number>>;

export interface EvaluateOptions {
  /** Told before each image how many are done, and at the end. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the run between two images: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The outcome for one image: its scores, or the error that says why there are none. */
export type Outcome<Name extends string> =
  | { readonly scores: Readonly<Record<Name, number>>; readonly error?: undefined }
  | { readonly scores?: undefined; readonly error: DeFlowError };

/** What a batch gave. */
export interface Evaluation<Name extends string> {
  /** One outcome for each image, in order. */
  readonly each: readonly Outcome<Name>[];
  /** The mean over the images that could be measured; NaN when there is none. */
  readonly mean: Readonly<Record<Name, number>>;
}

/**
 * Measures images against their references, one after the other. An image that cannot be measured (a named error of a
 * metric or of its source) does not end the run; the event loop gets a turn between two images.
 */
export function evaluatePairs<Name extends string>(
  pairs: readonly EvaluatedPair[],
  metrics: PairMetrics<Name>,
  options: EvaluateOptions = {},
): Promise<Evaluation<Name>> {
  const names = Object.keys(metrics) as Name[];
  return evaluate(pairs, names, options, async ({ image, reference }) => {
    const [first, second] = [await opened(image), await opened(reference)];
    return (name) => metrics[name](first, second);
  });
}

/** The same for metrics without reference. */
export function evaluateImages<Name extends string>(
  images: readonly ImageSource[],
  metrics: ImageMetrics<Name>,
  options: EvaluateOptions = {},
): Promise<Evaluation<Name>> {
  const names = Object.keys(metrics) as Name[];
  return evaluate(images, names, options, async (source) => {
    const image = await opened(source);
    return (name) => metrics[name](image);
  });
}

const opened = (source: ImageSource) => (typeof source === 'function' ? source() : source);

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve));

async function evaluate<Item, Name extends string>(
  items: readonly Item[],
  names: readonly Name[],
  { onProgress = () => {}, signal }: EvaluateOptions,
  open: (item: Item) => Promise<(name: Name) => number>,
): Promise<Evaluation<Name>> {
  const each: Outcome<Name>[] = [];
  for (const item of items) {
    signal?.throwIfAborted();
    onProgress(each.length, items.length);
    each.push(await outcome(names, () => open(item)));
    await nextTurn();
  }
  signal?.throwIfAborted();
  onProgress(items.length, items.length);
  return { each, mean: meansOf(each, names) };
}

async function outcome<Name extends string>(
  names: readonly Name[],
  open: () => Promise<(name: Name) => number>,
): Promise<Outcome<Name>> {
  try {
    const score = await open();
    const scores = Object.fromEntries(names.map((name) => [name, score(name)])) as Record<Name, number>;
    return { scores };
  } catch (error) {
    if (!DeFlowError.isInstance(error)) throw error;
    return { error };
  }
}

function meansOf<Name extends string>(each: readonly Outcome<Name>[], names: readonly Name[]): Record<Name, number> {
  const measured = each.flatMap(({ scores }) => (scores ? [scores] : []));
  const mean = (name: Name) => measured.reduce((sum, scores) => sum + scores[name], 0) / measured.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as Record<Name, number>;
}
