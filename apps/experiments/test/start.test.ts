import { afterAll, describe, expect, it } from 'vitest';
import { studyOf } from '../src/commands/start.ts';
import { defaultConfiguration } from '../src/configuration/defaults.ts';
import { planStudy } from '../src/pipeline/plan-study.ts';
import { inOrder } from '../src/pipeline/stage.ts';
import { createRunFolder } from '../src/run-folder/run-folder.ts';
import { deflow, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
afterAll(remove);

describe('the study behind npm start', () => {
  it('uses the DeFlow that was trained, and the same camera for the test', async () => {
    expect((await deflow('quick', '--steps', '1', '--config', await small(), '--out', path('own'))).code).toBe(0);
    const folder = { ...(await createRunFolder(path('other'))), checkpoint: path('own', 'checkpoint.safetensors') };
    const configuration = { ...defaultConfiguration('small'), seed: 5 };
    const study = await studyOf({ configuration, folder, backend: 'native' });
    expect(study).toMatchObject({ seeds: [5], deflow: { trained: folder.checkpoint } });
    expect(study.cameras.test).toEqual([study.cameras.training]);
    const labels = inOrder(await planStudy(study)).map(({ kind, label }) => `${kind} ${label}`);
    expect(labels).toContain('train given');
    expect(labels.filter((label) => label.startsWith('train '))).toHaveLength(1);
    const slower = await studyOf({ configuration, folder, backend: 'wasm' });
    expect(slower.superResolution.training.steps).toBeLessThan(study.superResolution.training.steps);
  });

  it('goes on with the given folders', async () => {
    const [clean, degraded] = await writePhotographs(path);
    const configuration = defaultConfiguration('small');
    const photographs = { ...configuration.photographs, clean, degraded };
    const folder = await createRunFolder(path('given'));
    const study = await studyOf({ configuration: { ...configuration, photographs }, folder, backend: 'native' });
    expect(study.photographs).toMatchObject({ clean, degraded });
    expect(study.cameras.test).toEqual(['low-light-phone']);
  });

  it('runs with a model that was trained before, and names one that is not there', async () => {
    const trained = (file: string) => [
      ...['run', 'small', '--set', 'scale=smoke', '--set', 'degradations=[deflow]'],
      ...['--set', `deflow.trained=${file}`, '--out', path('study')],
    ];
    const { code, output } = await deflow(...trained(path('own', 'checkpoint.safetensors')));
    expect(code).toBe(0);
    expect(output).toContain('train given');
    expect((await deflow(...trained(path('nowhere')))).complaints).toContain('Cannot read the DeFlow');
  });
});

async function small(): Promise<string> {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path('own.yaml'), 'photographs: { generated: { pictures: 6, width: 96, height: 72 } }\n');
  return path('own.yaml');
}
