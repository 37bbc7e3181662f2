import { paperSmall, small } from '@deflow/degradation';
import type { Configuration, PresetName } from './schema.ts';

const presets = { small, 'paper-small': paperSmall };

const undecided = { steps: null, shortened: [], mostSteps: 12_000, checkpointEvery: 500 };

/** What a run is if nobody says otherwise. */
export function defaultConfiguration(preset: PresetName): Configuration {
  const { model, training } = presets[preset];
  return {
    preset,
    seed: 1,
    photographs: {
      clean: null,
      degraded: null,
      heldOut: null,
      generated: { pictures: null, width: 360, height: 240 },
    },
    training: { minutes: 5, ...structuredClone(training), ...undecided } as Configuration['training'],
    engine: { backend: 'auto', xla: false, precision: 'float32' },
    model: structuredClone(model),
  };
}
