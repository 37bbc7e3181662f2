import type { Random } from '@deflow/images';
import {
  actNorm,
  affineCoupling,
  boundedScale,
  couplingNetwork,
  type FlowLayer,
  invertibleConv1x1,
  type Level,
  multiScale,
  sequential,
  splitPrior,
  squeeze,
} from '../src/index.ts';

/** A Glow step without a context. */
export function glowStep(channels: number, random: Random, hiddenChannels = 8): FlowLayer {
  const kept = Math.floor(channels / 2);
  const outputChannels = 2 * (channels - kept);
  const network = couplingNetwork({ inputChannels: kept, outputChannels, hiddenChannels, random });
  return sequential({
    actNorm: actNorm({ channels }),
    conv1x1: invertibleConv1x1({ channels, random }),
    coupling: affineCoupling({ channels, network, scale: boundedScale.sigmoid() }),
  });
}

/** A Glow of `levels` levels with `steps` steps each, for images of `channels` channels. */
export function glow(levels: number, steps: number, channels: number, random: Random) {
  let passing = channels;
  return multiScale(
    Array.from({ length: levels }, (_, index): Level => {
      passing *= 4;
      const own = passing;
      const flow = sequential([squeeze(), ...Array.from({ length: steps }, () => glowStep(own, random))]);
      if (index === levels - 1) return { flow };
      passing /= 2;
      return { flow, split: splitPrior({ channels: own, random }) };
    }),
  );
}
