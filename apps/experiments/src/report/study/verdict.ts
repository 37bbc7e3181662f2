import { decimals } from '../format.ts';
import { competes, degradationLabels, type ScoreRow, type ScoreTable } from './study-data.ts';

const label = ({ degradation }: ScoreRow) => degradationLabels[degradation] ?? degradation;

/** As the table shows it, so that differences are those of the numbers there. */
const tabled = (psnr: number) => Number(psnr.toFixed(2));

/** Who taught most, by how much, and whether the seeds leave a doubt: what a table says, in words. Empty for a single competitor. */
export function verdict({ rows }: ScoreTable): string {
  const [best, ...others] = rows.filter(competes).sort((a, b) => b.mean.psnr - a.mean.psnr);
  const second = others[0];
  if (!best || !second) return '';
  const gaps = others.map(
    (row) => `${decimals(tabled(best.mean.psnr) - tabled(row.mean.psnr), 2)} more than ${label(row)}`,
  );
  const spread = Math.hypot(best.spread.psnr, second.spread.psnr);
  const isClose = best.seeds > 1 && best.mean.psnr - second.mean.psnr < spread;
  const [finest] = [best, ...others].sort((a, b) => a.mean.gmsd - b.mean.gmsd);
  return [
    `By PSNR ${label(best)} taught most: ${decimals(best.mean.psnr, 2)} dB, ${gaps.join(', ')}.`,
    ...(isClose ? [`Between the first two the seeds differ by as much (${decimals(spread, 2)} dB).`] : []),
    finest === best ? 'By GMSD, too.' : `By GMSD ${label(finest!)} did.`,
  ].join(' ');
}
