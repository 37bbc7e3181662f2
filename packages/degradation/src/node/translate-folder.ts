import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeFlowError } from '@deflow/images';
import { readImage, writeImage } from '@deflow/images/node';
import { AbortedError } from '../errors.ts';
import type { TranslateOptions, Translator } from '../translator.ts';
import { type PictureFile, pictureList, resultPaths } from './picture-list.ts';

/** How far a folder is. */
export interface FolderProgress {
  /** Pictures that are through: written, there before or skipped. */
  readonly done: number;
  readonly total: number;
  /** The picture under way, or the last one. */
  readonly name: string;
  /** Share of all the work, up to 1; grows within a picture, too. */
  readonly share: number;
}

export interface TranslateFolderOptions extends Omit<TranslateOptions, 'onProgress'> {
  /** A folder, whose inner folders count as well, one picture, or a list of pictures. */
  readonly from: string | readonly PictureFile[];
  /** Folder for the results, made when missing: PNG with 8 or 16 bits as the picture has, under the pictures' names. */
  readonly to: string;
  /**
   * Pictures whose results are all there are not translated again; default true. Results are written as a whole or not at all, so
   * that a call that was stopped or killed goes on where it was.
   */
  readonly resume?: boolean;
  /** What to do about a picture that cannot be read: leave it out and name it in the result (default), or throw its error. */
  readonly unreadable?: 'skip' | 'stop';
  readonly onProgress?: (progress: FolderProgress) => void;
}

export interface FolderResult {
  /** Pictures whose results this call has written. */
  readonly written: number;
  /** Pictures whose results were there before. */
  readonly present: number;
  /** Pictures that could not be read, and why. */
  readonly skipped: readonly { readonly name: string; readonly error: DeFlowError }[];
  /** false when the signal stopped it early. */
  readonly finished: boolean;
}

/**
 * Degrades all pictures of a folder, one at a time. The random numbers of a picture follow from `seed` and its name: neither the
 * order nor the other pictures matter. With `samples` above 1 the results of `a.jpg` are `a-1.png`, `a-2.png` and so on.
 *
 * @throws FolderError when `from` holds no picture or a result would replace one; ImageFileError when a result cannot be written or,
 * with `unreadable: 'stop'`, a picture cannot be read. Where `signal` stops it, it throws nothing: `finished` is false.
 */
export const degradeFolder = (translator: Translator, options: TranslateFolderOptions): Promise<FolderResult> =>
  translateFolder(translator.degrade, options);

/** Restores all pictures of a folder. Otherwise like `degradeFolder`. */
export const restoreFolder = (translator: Translator, options: TranslateFolderOptions): Promise<FolderResult> =>
  translateFolder(translator.restore, options);

async function translateFolder(
  translate: Translator['degrade'],
  { from, to, resume = true, unreadable = 'skip', onProgress, signal, seed = 0, ...settings }: TranslateFolderOptions,
): Promise<FolderResult> {
  const pictures = typeof from === 'string' ? await pictureList(from, to) : from;
  const targets = resultPaths(pictures, to, settings.samples ?? 1);
  const total = pictures.length;
  const sum = { written: 0, present: 0 };
  const skipped: { name: string; error: DeFlowError }[] = [];
  const result = (finished: boolean): FolderResult => ({ ...sum, skipped, finished });
  for (const [done, { name, path }] of pictures.entries()) {
    if (signal?.aborted) return result(false);
    const results = targets[done]!;
    const report = (share: number) =>
      onProgress?.({ done: done + (share === 1 ? 1 : 0), total, name, share: (done + share) / total });
    if (resume && (await allExist(results))) {
      sum.present++;
      report(1);
      continue;
    }
    const image = await readImage(path).catch((error: unknown) => {
      if (unreadable === 'stop' || !DeFlowError.isInstance(error)) throw error;
      skipped.push({ name, error });
    });
    if (image) {
      // The picture is through only when its results are written.
      const onShare = (share: number) => share < 1 && report(share);
      const given = { ...settings, seed: `${seed} ${name}`, onProgress: onShare, ...(signal && { signal }) };
      const images = await translate(image, given).catch((error: unknown) => {
        if (!(error instanceof AbortedError)) throw error;
      });
      if (!images) return result(false);
      await mkdir(dirname(results[0]!), { recursive: true });
      for (const [sample, each] of images.entries()) await writeImage(results[sample]!, each);
      sum.written++;
    }
    report(1);
  }
  return result(true);
}

async function allExist(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const exists = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!exists) return false;
  }
  return true;
}
