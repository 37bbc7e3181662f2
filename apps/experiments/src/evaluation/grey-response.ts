import type { DeFlow } from '@deflow/degradation';
import type { Image, Random } from '@deflow/images';
import type { GreyResponse } from '../report/report-data.ts';
import { degradeImage } from './degrade-image.ts';

const size = 64;
/** From black to white in 16 steps. */
const levels = Array.from({ length: 17 }, (_, step) => Math.min(255, step * 16));

/** The noise that the model puts on flat grey pictures, by brightness: what Sigma means in pixels. */
export async function greyResponse(model: DeFlow, random: Random): Promise<GreyResponse[]> {
  const responses: GreyResponse[] = [];
  for (const brightness of levels) {
    const data = new Uint8Array(size * size * 3).fill(brightness);
    const degraded = await degradeImage(
      model,
      { width: size, height: size, channels: 3, data },
      random.fork(`${brightness}`),
    );
    responses.push({ brightness, std: [deviation(degraded, 0), deviation(degraded, 1), deviation(degraded, 2)] });
  }
  return responses;
}

function deviation({ data }: Image, channel: number): number {
  let sum = 0;
  let squares = 0;
  for (let i = channel; i < data.length; i += 3) {
    sum += data[i]!;
    squares += data[i]! ** 2;
  }
  const count = data.length / 3;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
