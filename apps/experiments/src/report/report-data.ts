import type { FlatPatchStatistics, PairStatistics } from '@deflow/metrics';
import type { AcceptanceRow } from '../evaluation/acceptance.ts';
import type { TrainingRecord } from '../training/training-record.ts';

/** One picture of a scene as the report shows it; the pictures are data URLs. */
export interface SceneColumn {
  readonly method: Method;
  readonly label: string;
  readonly picture: string;
  /** A small part, shown enlarged. */
  readonly crop: string;
  /** What was added to the clean crop, four times amplified around grey; absent where the clean picture is not known. */
  readonly added?: string;
  /** Where the crop lies, in parts of the picture: left, top, width, height. */
  readonly frame: readonly [number, number, number, number];
}

export interface Scene {
  readonly name: string;
  readonly columns: readonly SceneColumn[];
}

export type Method = 'clean' | 'real' | 'deflow' | 'gaussian';

export interface StatisticsReport {
  readonly clean: FlatPatchStatistics;
  readonly real: FlatPatchStatistics;
  readonly deflow: FlatPatchStatistics;
  readonly gaussian: FlatPatchStatistics;
  /** Standard deviation of the Gaussian noise, in units of 1/255. */
  readonly gaussianLevel: number;
  readonly pairs: {
    readonly truth?: PairStatistics;
    readonly deflow: PairStatistics;
    readonly gaussian: PairStatistics;
  };
  readonly acceptance: { readonly deflow: readonly AcceptanceRow[]; readonly gaussian: readonly AcceptanceRow[] };
  readonly pictures: { readonly heldOut: number; readonly real: number };
}

/** The noise that the model puts on flat grey pictures of a brightness, by channel; units of 1/255. */
export interface GreyResponse {
  readonly brightness: number;
  readonly std: readonly [red: number, green: number, blue: number];
}

export interface ReportData {
  readonly title: string;
  /** What was run, in one sentence. */
  readonly summary: string;
  /** Set when training ended before its plan: what happened and how to go on. */
  readonly interruption?: string;
  readonly facts: readonly Fact[];
  readonly scenes: readonly Scene[];
  /** Whether `real` shows the same scene as the other columns. */
  readonly realIsSameScene: boolean;
  readonly statistics?: StatisticsReport;
  readonly greyResponse: readonly GreyResponse[];
  readonly records: readonly TrainingRecord[];
  readonly timings: readonly Fact[];
  readonly environment: readonly Fact[];
  /** The resolved configuration as YAML. */
  readonly configuration: string;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}
