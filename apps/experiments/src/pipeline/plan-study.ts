import type { LpipsWeights } from '@deflow/metrics/tensors';
import { storedLpipsWeights } from './perceptual-distance.ts';
import { degradeStage } from './stages/degrade.ts';
import { type EvaluateStage, evaluateStage } from './stages/evaluate.ts';
import { givenStage } from './stages/given.ts';
import { folderFingerprint, photographsStage } from './stages/photographs.ts';
import { type PrepareStage, prepareStage } from './stages/prepare.ts';
import { type ReportStage, reportStage } from './stages/report.ts';
import { type DeFlowVariant, servesEveryFactor, trainStage } from './stages/train.ts';
import { trainSrStage } from './stages/train-sr.ts';
import type { DegradationName, StudyConfiguration } from './study-schema.ts';

/** What the study leaves out, and why. */
export function leftOut({ photographs, degradations }: StudyConfiguration): string[] {
  return photographs.degraded !== null && degradations.includes('paired')
    ? ['paired is left out: of really degraded pictures nobody knows the sharp ones']
    : [];
}

/** All stages of a study, as the last one and what it needs. */
export async function planStudy(study: StudyConfiguration): Promise<ReportStage> {
  const { factors, seeds, photographs, cameras, degradations } = study;
  const { clean, degraded, heldOut, generated } = photographs;
  const source = clean ?? photographsStage(generated);
  const given = [clean, degraded].filter((folder) => folder !== null);
  const fingerprints = await Promise.all(given.map(folderFingerprint));
  const lpips = await storedLpipsWeights();
  const prepared = factors.map((factor) =>
    prepareStage({ factor, cameras, heldOut, clean: source, degraded, fingerprints }),
  );
  const evaluations = prepared.flatMap((prepare): EvaluateStage[] => {
    const learnFrom = servesEveryFactor(study.deflow, prepare) ? prepared[0]! : prepare;
    const possible = degradations.filter((name) => name !== 'paired' || degraded === null);
    const each = seeds.flatMap((seed) =>
      possible.map((name) => armOf({ study, prepare, learnFrom, lpips }, name, seed)),
    );
    return [evaluateStage(prepare, undefined, lpips), ...each];
  });
  return reportStage(study, evaluations);
}

interface ArmPlan {
  readonly study: StudyConfiguration;
  readonly prepare: PrepareStage;
  /** The preparation that DeFlow is trained on. */
  readonly learnFrom: PrepareStage;
  readonly lpips: LpipsWeights | undefined;
}

/** From one degradation and seed to scores. */
function armOf({ study, prepare, learnFrom, lpips }: ArmPlan, degradation: DegradationName, seed: number) {
  const isLearned = degradation === 'deflow' || degradation === 'deflow-sigma-0';
  const { trained } = study.deflow;
  const isGiven = degradation === 'deflow' && trained !== null;
  const learned = () =>
    isGiven ? givenStage(trained) : trainStage(learnFrom, degradation as DeFlowVariant, seed, study);
  const model = isLearned ? { stage: learned(), softness: study.deflow.softness } : undefined;
  const degrade = degradeStage(prepare, { degradation, seed, model, strengths: study.strengths, engine: study.engine });
  return evaluateStage(
    prepare,
    { degrade, network: trainSrStage(prepare, degrade, { degradation, seed }, study) },
    lpips,
  );
}
