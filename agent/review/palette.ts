/** Colours of what is drawn, on a light page and on a dark one. */
export const PALETTE = [
  ['#b3401c', '#ff9b70'],
  ['#1f5fb4', '#82b4ff'],
  ['#2b7a3d', '#74d08c'],
  ['#7a3fa8', '#cda2f5'],
  ['#8a6a00', '#e5c158'],
  ['#0f7472', '#63cfcb'],
] as const;
