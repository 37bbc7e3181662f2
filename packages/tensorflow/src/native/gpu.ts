import { existsSync, readFileSync } from 'node:fs';

/** Whether the NVIDIA driver of this machine shows a GPU. */
export const hasGpu = (): boolean => existsSync('/dev/nvidiactl') || existsSync('/dev/dxg');

/** The driver's version, such as 570.86.15; undefined when it does not say. */
export function driverVersion(file = '/proc/driver/nvidia/version'): string | undefined {
  if (!existsSync(file)) return undefined;
  return /Kernel Module.*?\s(\d+\.\d+(?:\.\d+)?)/.exec(readFileSync(file, 'utf8'))?.[1];
}
