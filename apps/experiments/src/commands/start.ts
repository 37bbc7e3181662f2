import { join } from 'node:path';
import { resolveStudy } from '../pipeline/resolve-study.ts';
import { runStudy } from '../pipeline/run-study.ts';
import type { StudyConfiguration } from '../pipeline/study-schema.ts';
import { shellWord } from '../shell-word.ts';
import type { Terminal } from '../terminal.ts';
import { type QuickRun, quickRun } from './quick.ts';

/** Steps of super-resolution where there is only WebAssembly. */
const fewSteps = 400;

/** `deflow start`: what `deflow quick` does, then the study at its quickest, with the DeFlow that was just trained. */
export async function start(raw: readonly string[], terminal: Terminal): Promise<number> {
  const trained = await quickRun('npm start --', raw, terminal);
  if (trained.code !== 0) return trained.code;
  terminal.line('\nDo its pairs teach super-resolution?');
  const study = await studyOf(trained);
  const { path } = trained.folder;
  const goOn = `give: npm start -- --resume ${shellWord(path)}`;
  return runStudy({ study, out: join(path, 'study'), dryRun: false, goOn, terminal });
}

/** The study at its quickest, on the photographs of `deflow quick` and with its model. */
export async function studyOf({ configuration, folder, backend }: Omit<QuickRun, 'code'>): Promise<StudyConfiguration> {
  const { photographs, engine, seed } = configuration;
  const { clean, degraded, generated } = photographs;
  const study = await resolveStudy({ file: 'small', settings: ['scale=start'] });
  const { superResolution } = study;
  const { steps } = superResolution.training;
  return {
    ...study,
    name: 'super-resolution',
    seeds: [seed],
    photographs: {
      ...study.photographs,
      ...{ clean, degraded },
      generated: { ...generated, pictures: generated.pictures ?? study.photographs.generated.pictures },
    },
    // The camera of `deflow quick` where that makes its own photographs.
    cameras: clean === null ? { training: ownCamera, test: [ownCamera] } : study.cameras,
    deflow: { ...study.deflow, trained: folder.checkpoint },
    superResolution: {
      ...superResolution,
      training: { ...superResolution.training, steps: backend === 'wasm' ? Math.min(steps, fewSteps) : steps },
    },
    engine,
  };
}

const ownCamera: Exclude<StudyConfiguration['cameras']['training'], string> = {
  name: 'own-camera',
  process: [{ step: 'sensor' }, { step: 'jpeg', quality: 92 }],
};
