import { escapeHtml } from '../escape-html.ts';
import { duration } from '../format.ts';
import { lineChart } from '../line-chart.ts';
import type { Fact } from '../report-data.ts';
import { style } from '../style.ts';
import { comparisonSection, comparisonStyle } from './comparison-section.ts';
import { noiseSection } from './noise-section.ts';
import { scoreSection } from './score-section.ts';
import type { StudyReport } from './study-data.ts';

const facts = (all: readonly Fact[]) =>
  all.map(({ name, value }) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('');

const factRows = (all: readonly Fact[]) =>
  all
    .map(
      ({ name, value }) =>
        `<tr><th scope="row">${escapeHtml(name)}</th><td class="number">${escapeHtml(value)}</td></tr>`,
    )
    .join('');

function costs({ stages, environment }: StudyReport): string {
  const rows = stages.map(
    ({ kind, count, seconds, peakMB }) =>
      `<tr><th scope="row">${kind}</th><td class="number">${count}</td><td class="number">${duration(seconds)}</td><td class="number">${Math.round(peakMB)} MB</td></tr>`,
  );
  return `<section class="columns"><div><h2>Cost</h2><p class="row-note">Time of the last run of each stage; the most memory that the process had used by its end.</p><table><thead><tr><th>Stage</th><th class="number">runs</th><th class="number">time</th><th class="number">peak memory</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<div><h2>Environment</h2><table><tbody>${factRows(environment)}</tbody></table></div></section>`;
}

/** The whole report of a study as one HTML file that fetches nothing. */
export function renderStudy(data: StudyReport): string {
  const charts = data.curves.map(({ title, yLabel, series }) =>
    lineChart({ title, series, xLabel: 'step', yLabel, logarithmic: yLabel.includes('L1') }),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(data.name)} · DeFlow study</title>
<style>${style}
${comparisonStyle}</style>
</head>
<body>
<header>
<p class="eyebrow">DeFlow study</p>
<h1>${escapeHtml(data.name)}</h1>
<dl class="facts">${facts(data.facts)}</dl>
</header>
<main>
${scoreSection(data.tables, data.seeds)}
${comparisonSection(data.comparisons)}
${noiseSection(data.noise)}
<section id="training"><h2>Training</h2><div class="charts">${charts.join('')}</div></section>
${costs(data)}
<section><h2>Configuration</h2><details><summary>study.yaml: run it again with deflow run</summary><pre>${escapeHtml(data.configuration)}</pre></details></section>
</main>
<footer>Everything in this file is inside it: it needs no network.</footer>
</body>
</html>
`;
}
