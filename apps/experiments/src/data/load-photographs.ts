import { splitByName } from '@deflow/datasets';
import { loadPhotos, type Photo } from '@deflow/datasets/node';
import type { Configuration } from '../configuration/schema.ts';
import { PhotographsError } from '../errors.ts';
import type { Photographs } from './photographs.ts';

/** What is kept in memory of a folder: enough to learn from, whatever the folder holds. */
const limits = { limit: 500, maximumPixels: 1024 * 768 };

export interface LoadPhotographsOptions {
  configuration: Configuration;
  signal: AbortSignal;
}

/**
 * Reads two folders of photographs and keeps some of each out of training.
 * Which ones depends on their names alone, so that runs with other seeds are judged on the same pictures.
 *
 * @throws PhotoFolderError when a folder gives nothing, PhotographsError when there are too few to keep one out.
 */
export async function loadPhotographs({ configuration, signal }: LoadPhotographsOptions): Promise<Photographs> {
  const { photographs, training } = configuration;
  const options = { ...limits, minimumSize: training.patchSize, signal };
  const clean = await loadPhotos(photographs.clean!, options);
  const degraded = await loadPhotos(photographs.degraded!, options);
  const notes = [...skippedNotes('clean', clean.skipped), ...skippedNotes('degraded', degraded.skipped)];
  const cleanParts = split(clean.photos, photographs.heldOut ?? heldOutCount(clean.photos.length), 'clean');
  const degradedParts = split(degraded.photos, Math.min(10, Math.floor(degraded.photos.length / 10)), 'degraded');
  return {
    training: { clean: cleanParts.training, degraded: degradedParts.training },
    heldOut: { clean: cleanParts.heldOut, degraded: degradedParts.heldOut },
    notes,
  };
}

/** A tenth, at least one, at most 20. */
export const heldOutCount = (count: number): number => Math.min(20, Math.max(1, Math.floor(count / 10)));

function split(photos: readonly Photo[], heldOut: number, domain: string) {
  if (heldOut >= photos.length) {
    throw new PhotographsError(
      `There are ${photos.length} usable ${domain} photographs; with ${heldOut} held out none would be left to train on.`,
      { remedy: `Add photographs, or hold out fewer with --held-out N.`, value: photos.length },
    );
  }
  if (heldOut === 0) return { training: photos.map(({ image }) => image), heldOut: [] };
  const names = splitByName(
    photos.map(({ name }) => name),
    { heldOut },
  );
  const out = new Set(names.heldOut);
  return {
    training: photos.filter(({ name }) => !out.has(name)).map(({ image }) => image),
    heldOut: photos.filter(({ name }) => out.has(name)).map(({ image }) => image),
  };
}

const shownFiles = 5;

function skippedNotes(domain: string, skipped: readonly { name: string; reason: string }[]): string[] {
  const shown = skipped.slice(0, shownFiles).map(({ name, reason }) => `${domain}/${name} left out: ${reason}`);
  const more = skipped.length - shownFiles;
  return more > 0 ? [...shown, `${more} more files of ${domain} left out`] : shown;
}
