import { describe, expect, test } from 'vitest';
import { edited, knownGoodText } from '../../agent/audit/known-good.ts';
import { planted } from '../../agent/audit/mutants/index.ts';
import { plantedText, plantedTree } from '../../agent/audit/plant.ts';
import { CLASSES } from '../../agent/audit/types.ts';
import { linkModules } from '../../agent/judge/static.ts';
import { engineTarget } from '../../agent/targets/index.ts';

const engine = knownGoodText();
const reports = planted.filter((mutant) => mutant.report !== undefined);

describe('the corpus of planted mutants', () => {
  test('has eighty mistakes and fifteen public bugs at least, each under an id of its own', () => {
    expect(planted.length - reports.length).toBeGreaterThanOrEqual(80);
    expect(reports.length).toBeGreaterThanOrEqual(15);
    expect(new Set(planted.map(({ id }) => id)).size).toBe(planted.length);
  });

  test('has several of every class', () => {
    const few = CLASSES.filter((name) => planted.filter((mutant) => mutant.class === name).length < 3);
    expect(few).toEqual([]);
  });

  test('changes another thing each time', () => {
    expect(new Set(planted.map((mutant) => plantedText(mutant, engine))).size).toBe(planted.length);
  });

  test('links each public bug to its report, and no two to one', () => {
    const urls = reports.map(({ report }) => report!.url);
    for (const url of urls)
      expect(url).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/(?:issues|pull)\/\d+$/);
    expect(new Set(urls).size).toBe(urls.length);
  });

  test.each(planted.map((mutant) => [mutant.id, mutant] as const))(
    '%s is an engine that a judge would load',
    (_, mutant) => {
      expect(linkModules(plantedTree(mutant, engine), engineTarget).reasons).toEqual([]);
      expect(mutant.families.length).toBeGreaterThan(0);
    },
  );
});

test('a mutant whose place has moved is an error that names it', () => {
  const mutant = planted[0]!;
  expect(() => plantedText(mutant, 'export const ops = {};')).toThrow(mutant.id);
  expect(() => edited('aba', 'a', 'c')).toThrow('more than once');
  expect(() => edited('aba', 'd', 'c')).toThrow('nowhere');
  expect(edited('abc', 'b', '$&')).toBe('a$&c');
});
