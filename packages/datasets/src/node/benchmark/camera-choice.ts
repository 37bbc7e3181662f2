import { OptionError } from '@deflow/images';
import type { Camera } from '../../camera/camera-model.ts';
import { type CameraPreset, type CameraProcess, cameraPresets, cameraProcess } from '../../camera/camera-process.ts';
import { jpegRoundTrip } from '../jpeg-round-trip.ts';

/** A preset by its name, steps of your own, or any function; the name becomes a folder. */
export type CameraChoice =
  | CameraPreset
  | { readonly name: string; readonly process: CameraProcess }
  | { readonly name: string; readonly camera: Camera };

export interface NamedCamera {
  readonly name: string;
  readonly camera: Camera;
  /** The steps; undefined for a function. */
  readonly process: CameraProcess | undefined;
}

/** @throws OptionError for an unknown preset, a name that is no folder name, and what `cameraProcess` throws. */
export function namedCamera(choice: CameraChoice): NamedCamera {
  if (typeof choice === 'string' && !(choice in cameraPresets))
    throw new OptionError(`There is no camera ${choice}.`, {
      value: choice,
      remedy: `Use ${Object.keys(cameraPresets).join(', ')}, or give { name, process } or { name, camera }.`,
    });
  const given = typeof choice === 'string' ? { name: choice, process: cameraPresets[choice] } : choice;
  if (!/^[^/\\\0.][^/\\\0]*$/.test(given.name))
    throw new OptionError(`${JSON.stringify(given.name)} cannot be the name of a camera.`, {
      value: given.name,
      remedy: 'Give a name that can be a folder.',
    });
  if ('camera' in given) return { ...given, process: undefined };
  return { ...given, camera: cameraProcess(given.process, { compress: jpegRoundTrip }) };
}
