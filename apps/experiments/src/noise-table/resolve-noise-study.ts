import { resolve } from 'node:path';
import type { z } from 'zod';
import { checkConfiguration, checkSettings } from '../configuration/check.ts';
import { defaultConfiguration } from '../configuration/defaults.ts';
import { merge } from '../configuration/merge.ts';
import { readYaml } from '../configuration/read-yaml.ts';
import type { Configuration } from '../configuration/schema.ts';
import { studyFile } from '../configuration/study-file.ts';
import { UsageError } from '../errors.ts';
import { type NoiseRow, type NoiseStudy, noiseStudySchema } from './noise-schema.ts';

export interface GivenNoiseStudy {
  /** A YAML file, or the name of one that comes with the program. */
  readonly file: string;
  readonly clean: string | undefined;
  readonly degraded: string | undefined;
  readonly engine: Configuration['engine'];
  /** Steps of every row, in place of its own. */
  readonly steps: number | undefined;
}

type Given = z.infer<typeof noiseStudySchema>;

/** Reads and checks a file of tables. @throws ConfigurationError, UsageError */
export async function resolveNoiseStudy(given: GivenNoiseStudy): Promise<NoiseStudy> {
  const source = studyFile(given.file);
  const like = { name: '', heldOut: 20, minutes: 1, tables: [{ title: '', seeds: [1], rows: [emptyRow] }] };
  const study = checkSettings<Given>(noiseStudySchema as z.ZodType<Given>, await readYaml(source), {
    ...{ like, source, command: 'noise-table' },
  });
  const { name, minutes, heldOut } = study;
  const [clean, degraded] = [folder('clean', given.clean), folder('degraded', given.degraded)];
  const photographs = { clean, degraded, heldOut };
  const over = { photographs, engine: given.engine, training: { steps: given.steps } };
  const tables = study.tables.map(({ title, seeds, rows }) => ({
    ...{ title, seeds },
    rows: rows.map((row) => resolveRow(row, over, source)),
  }));
  return { name, minutes, clean, degraded, heldOut, engine: given.engine, tables };
}

const emptyRow = { name: '', preset: 'small', training: {}, model: {} };

function resolveRow(
  { name, preset, training, model }: Given['tables'][number]['rows'][number],
  over: object,
  source: string,
): NoiseRow {
  const defaults = defaultConfiguration(preset);
  const settings = merge(merge(defaults, { training, model }), over);
  const configuration = checkConfiguration(settings, defaults, `"${name}" in ${source}`);
  if (configuration.training.steps !== null) return { name, configuration };
  throw new UsageError(`"${name}" in ${source} does not say how many steps to train.`, {
    remedy:
      'Add `training: { steps: 1000 }`, or --steps 1000 for all rows; --time-steps tells how many fit into the time.',
    value: name,
  });
}

function folder(domain: 'clean' | 'degraded', path: string | undefined): string {
  if (path !== undefined) return resolve(path);
  throw new UsageError(`There is no folder of ${domain} photographs.`, {
    remedy: `Add --${domain} DIR: the table compares what trainings learn from your photographs.`,
    value: domain,
  });
}
