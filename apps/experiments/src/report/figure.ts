import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml } from './escape-html.ts';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

export interface FigureOptions extends PlotOptions {
  /** What the figure shows, for those who cannot see it and as its heading. */
  title: string;
  /** One sentence below. */
  caption?: string;
  /** Names and colours of what is drawn. */
  legend?: readonly { readonly name: string; readonly colour: string }[];
}

/** Colours of the series everywhere in the report; the style sheet gives them a light and a dark value. */
export const seriesColours = {
  clean: 'var(--clean)',
  real: 'var(--real)',
  deflow: 'var(--deflow)',
  gaussian: 'var(--gaussian)',
} as const;

/** A plot as inline SVG in an HTML figure. */
export function figure({ title, caption, legend = [], ...options }: FigureOptions): string {
  const svg = plot({
    document: document as unknown as Document,
    className: 'plot',
    width: 520,
    height: 260,
    marginLeft: 48,
    marginBottom: 36,
    marginTop: 26,
    marginRight: 20,
    ...options,
  }) as unknown as Element;
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  svg.querySelector('style')?.remove();
  const keys = legend.map(({ name, colour }) => `<li style="color:${colour}">${escapeHtml(name)}</li>`).join('');
  const key = keys ? `<ul class="key">${keys}</ul>` : '';
  const below = caption ? `<figcaption>${escapeHtml(caption)}</figcaption>` : '';
  return `<figure class="chart"><h3>${escapeHtml(title)}</h3>${key}${svg.outerHTML}${below}</figure>`;
}
