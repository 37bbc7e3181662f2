import { patchArea, patchSize } from './patches.ts';
import type { Residual } from './residual.ts';

export interface ChannelCorrelation {
  /** Red and green. */
  readonly rg: number;
  /** Green and blue. */
  readonly gb: number;
  /** Red and blue. */
  readonly rb: number;
}

/** The shape of noise, whatever its level. */
export interface NoiseShape {
  /** Correlation of neighbours side by side. */
  readonly correlationHorizontal: number;
  /** Correlation of neighbours one above the other. */
  readonly correlationVertical: number;
  readonly channelCorrelation: ChannelCorrelation;
  /** Fourth moment over squared variance: 3 for normal noise. */
  readonly kurtosis: number;
}

/** Gathers residuals, each divided by its own RMS, so that every patch counts the same. */
export function noiseMoments(): { add(residual: Residual): void; shape(): NoiseShape } {
  let count = 0;
  let fourth = 0;
  let horizontal = 0;
  let vertical = 0;
  const products = { rr: 0, gg: 0, bb: 0, rg: 0, gb: 0, rb: 0 };

  return {
    add({ channels, rms }) {
      if (rms === 0) return;
      count++;
      const scale = 1 / (rms * rms);
      for (const channel of channels) {
        for (let i = 0; i < patchArea; i++) {
          const sample = channel[i]!;
          fourth += (sample * sample * scale) ** 2;
          if (i % patchSize < patchSize - 1) horizontal += sample * channel[i + 1]! * scale;
          if (i < patchArea - patchSize) vertical += sample * channel[i + patchSize]! * scale;
        }
      }
      const [red, green, blue] = channels;
      for (let i = 0; i < patchArea; i++) {
        const [r, g, b] = [red[i]!, green[i]!, blue[i]!];
        products.rr += r * r * scale;
        products.gg += g * g * scale;
        products.bb += b * b * scale;
        products.rg += r * g * scale;
        products.gb += g * b * scale;
        products.rb += r * b * scale;
      }
    },
    shape() {
      const variance = (products.rr + products.gg + products.bb) / (count * patchArea * 3);
      const neighbours = count * 3 * patchSize * (patchSize - 1);
      return {
        correlationHorizontal: horizontal / neighbours / variance,
        correlationVertical: vertical / neighbours / variance,
        channelCorrelation: {
          rg: products.rg / Math.sqrt(products.rr * products.gg),
          gb: products.gb / Math.sqrt(products.gg * products.bb),
          rb: products.rb / Math.sqrt(products.rr * products.bb),
        },
        kurtosis: fourth / (count * patchArea * 3) / variance ** 2,
      };
    },
  };
}
