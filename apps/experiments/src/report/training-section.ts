import type { TrainingRecord } from '../training/training-record.ts';
import { seriesColours } from './figure.ts';
import { lineChart, type Series } from './line-chart.ts';
import { smooth, thin } from './smooth.ts';

const mostPoints = 400;

/** The raw values pale behind their running mean. */
function withMean(
  records: readonly TrainingRecord[],
  name: string,
  colour: string,
  value: (r: TrainingRecord) => number,
) {
  const points = records.map((record) => [record.step, value(record)] as const);
  const width = Math.max(1, Math.round(points.length / 40));
  return [
    { name: '', colour, points: thin(points, mostPoints), faint: true },
    { name, colour, points: thin(smooth(points, width), mostPoints) },
  ] satisfies Series[];
}

const single = (
  records: readonly TrainingRecord[],
  name: string,
  colour: string,
  value: (r: TrainingRecord) => number,
) => ({
  name,
  colour,
  points: thin(
    records.map((record) => [record.step, value(record)] as const),
    mostPoints,
  ),
});

/** How training went: loss by domain, Sigma, step size, gradients, speed. */
export function trainingSection(records: readonly TrainingRecord[]): string {
  if (records.length === 0) return '';
  const xLabel = 'step';
  const charts = [
    lineChart({
      title: 'Loss by domain',
      caption:
        'Negative log-likelihood of training patches, de-quantisation noise included. Lower is likelier, not necessarily better noise.',
      series: [
        ...withMean(records, 'degraded', seriesColours.real, ({ degraded }) => degraded),
        ...withMean(records, 'clean', seriesColours.clean, ({ clean }) => clean),
      ],
      xLabel,
      yLabel: 'bits per dimension',
    }),
    lineChart({
      title: 'Sigma',
      caption:
        'Variance that separates the domains in the latent space, over its channels (the part that does not depend on the picture).',
      series: [
        single(records, 'largest', 'var(--deflow)', ({ sigma }) => sigma.most),
        single(records, 'median', 'var(--ink)', ({ sigma }) => sigma.median),
        single(records, 'least', 'var(--quiet)', ({ sigma }) => sigma.least),
      ],
      xLabel,
      yLabel: 'Sigma (log scale)',
      logarithmic: true,
    }),
    lineChart({
      title: 'Gradient norm',
      series: withMean(records, '', 'var(--ink)', ({ gradientNorm }) => gradientNorm),
      xLabel,
      yLabel: 'norm before clipping (log scale)',
      logarithmic: true,
      height: 200,
    }),
    lineChart({
      title: 'Learning rate',
      series: [single(records, '', 'var(--ink)', ({ learningRate }) => learningRate)],
      xLabel,
      yLabel: 'learning rate',
      height: 200,
    }),
  ];
  return `<section id="training"><h2>Training</h2><div class="charts">${charts.join('')}</div></section>`;
}
