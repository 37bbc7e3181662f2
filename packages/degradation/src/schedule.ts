import { cosineSchedule, multiStepSchedule, type Schedule, warmUp } from '@deflow/nn';
import type { TrainingRecipe } from './presets.ts';

/** The learning rate of every step (from 1) of `recipe`. */
export function recipeSchedule({ steps, learningRate, warmUpSteps, schedule }: TrainingRecipe): Schedule {
  const base =
    schedule.kind === 'cosine'
      ? cosineSchedule({ learningRate, steps, endFraction: schedule.to })
      : multiStepSchedule({ learningRate, milestones: schedule.at.map((share) => share * steps), firstCount: 1 });
  return warmUpSteps > 0 ? warmUp(base, warmUpSteps) : base;
}
