import { escapeHtml } from './escape-html.ts';
import type { Fact, ReportData } from './report-data.ts';
import { sceneGrid } from './scene-grid.ts';
import { statisticsSection } from './statistics-section.ts';
import { style } from './style.ts';
import { trainingSection } from './training-section.ts';

const factTable = (heading: string, facts: readonly Fact[]) =>
  `<div><h2>${heading}</h2><table><tbody>${facts
    .map(
      ({ name, value }) =>
        `<tr><th scope="row">${escapeHtml(name)}</th><td class="number">${escapeHtml(value)}</td></tr>`,
    )
    .join('')}</tbody></table></div>`;

/** The whole report as one HTML file: no scripts, nothing fetched. */
export function renderReport(data: ReportData): string {
  const facts = data.facts.map(
    ({ name, value }) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(data.title)} · DeFlow</title>
<style>${style}</style>
</head>
<body>
<header>
<p class="eyebrow">DeFlow run</p>
<h1>${escapeHtml(data.title)}</h1>
<p class="lead">${escapeHtml(data.summary)}</p>
${data.interruption ? `<p class="notice">${escapeHtml(data.interruption)}</p>` : ''}
<dl class="facts">${facts.join('')}</dl>
</header>
<main>
${sceneGrid(data)}
${data.statistics ? statisticsSection(data.statistics, data.greyResponse) : ''}
${trainingSection(data.records)}
<section class="columns">${factTable('Time', data.timings)}${factTable('Environment', data.environment)}</section>
<section><h2>Configuration</h2><details><summary>config.yaml: run it again with --config</summary><pre>${escapeHtml(data.configuration)}</pre></details></section>
</main>
<footer>Everything in this file is inside it: it needs neither network nor scripts.</footer>
</body>
</html>
`;
}
