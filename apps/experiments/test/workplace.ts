import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Image } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import { main } from '../src/main.ts';

/** A folder that is gone after the test. */
export function workplace(): { path(...names: string[]): string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'deflow-test-'));
  return { path: (...names) => join(root, ...names), remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Runs `deflow` in this process. */
export async function deflow(...argv: string[]): Promise<{ code: number; output: string; complaints: string }> {
  const lines: string[] = [];
  const complaints: string[] = [];
  const code = await main(argv, {
    interactive: false,
    line: (text = '') => lines.push(text),
    complaint: (text) => complaints.push(text),
  });
  return { code, output: lines.join('\n'), complaints: complaints.join('\n') };
}

/** A soft pattern, with noise of deviation `noise` (of 255). */
export function picture({ width = 96, height = 64, noise = 0, seed = 1 } = {}): Image<Uint8Array> {
  const random = createRandom(seed);
  const [phase, tilt] = [random.uniform() * 6, random.uniform() * 0.2];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const wave = Math.sin(phase + tilt * (pixel % width) + 0.05 * Math.floor(pixel / width) + (i % 3));
    return Math.min(255, Math.max(0, Math.round(120 + 60 * wave + noise * random.normal())));
  });
  return { width, height, channels: 3, data };
}

/** Folders `clean` and `degraded` with `count` pictures each. */
export async function writePhotographs(path: (...names: string[]) => string, count = 5): Promise<[string, string]> {
  for (const [domain, noise] of [
    ['clean', 0],
    ['degraded', 12],
  ] as const) {
    mkdirSync(path(domain));
    for (let index = 0; index < count; index++) {
      await writeImage(path(domain, `${index}.png`), picture({ noise, seed: 2 * index + (noise > 0 ? 1 : 0) }));
    }
  }
  return [path('clean'), path('degraded')];
}
