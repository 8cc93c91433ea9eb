import { sha256 } from '../base/json.ts';
import { plotOf } from './plot.ts';
import { plotSvg } from './plot-svg.ts';
import type { Transcript } from './transcript-model.ts';
import type { ClaimView } from './view.ts';

/** A drawn plot and the path beside a transcript where it lies: named by what it holds. */
export interface PlotFile {
  readonly path: string;
  readonly svg: string;
}

/** The plot of a claim as a file; null where it printed no data. Takes canonical text. */
export function plotFile(claim: ClaimView): PlotFile | null {
  const plot = plotOf(claim);
  if (plot === null) return null;
  const svg = plotSvg(plot, 'file');
  return { path: `plots/${sha256(svg).slice(0, 12)}.svg`, svg };
}

/** Every plot that a transcript shows. */
export function plotFiles({ entries }: Transcript): readonly PlotFile[] {
  return entries.flatMap((entry) =>
    entry.kind === 'question'
      ? entry.answers.flatMap(({ claims }) => claims.flatMap((claim) => plotFile(claim) ?? []))
      : [],
  );
}
