import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../agent/targets/configured/config-schema.ts';
import { syntaxFault } from '../../agent/targets/configured/position.ts';
import { CONFIG_FILE, configuredTarget, parseConfig } from '../../agent/targets/index.ts';

const good = { adapter: 'adapter.ts', editable: ['src/'] };
const fails = (text: string): string => {
  try {
    parseConfig(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was read');
};
const lines = (...text: string[]): string => fails(text.join('\n'));

describe('a config that is wrong is told where', () => {
  it('a setting that does not exist, at its key', () => {
    expect(lines('{', '  "adapter": "a.ts",', '  "editable": ["src/"],', '  "editabel": []', '}')).toBe(
      `${CONFIG_FILE}:4:3: there is no setting \`editabel\`.`,
    );
    expect(
      lines(
        '{ "adapter": "a.ts", "editable": ["b.ts"],',
        ' "setup": { "ran": [], "run": ["x"], "from": ["y"] }}',
      ),
    ).toBe(`${CONFIG_FILE}:2:13: there is no setting \`setup.ran\`.`);
  });

  it('a name that is misspelt before the one that is missing for it', () => {
    expect(fails('{"adaptor": "a.ts", "editable": ["b.ts"]}')).toBe(
      `${CONFIG_FILE}:1:2: there is no setting \`adaptor\`.`,
    );
  });

  it('a value that is wrong, at the value', () => {
    expect(fails('{"adapter": "a.ts", "editable": []}')).toBe(`${CONFIG_FILE}:1:33: \`editable\` is empty.`);
    expect(fails('{"adapter": "a.ts", "editable": ["b/"], "language": "js"}')).toMatch(
      /"js" is wrong: expected/,
    );
    expect(lines('{"adapter": "a.ts",', ' "editable": ["b.ts", "../c.ts"] }')).toContain(
      `${CONFIG_FILE}:2:23: \`editable.1\` "../c.ts"`,
    );
    expect(lines('{"adapter": "a.ts", "editable": ["b.ts"],', '"goals": ["r0", "r1/tnah"]}')).toContain(
      `${CONFIG_FILE}:2:17: \`goals.1\` "r1/tnah" is no goal`,
    );
    expect(lines('{"adapter": "src/", "editable": ["b.ts"]}')).toContain('names a folder');
    expect(lines('{"adapter": 3, "editable": ["b.ts"]}')).toContain(
      `${CONFIG_FILE}:1:13: \`adapter\` is wrong`,
    );
  });

  it('an adapter that is not of the language, and speed goals that Python is not timed for', () => {
    expect(lines('{"adapter": "a.ts",', ' "language": "python", "editable": ["b.py"] }')).toBe(
      `${CONFIG_FILE}:1:13: \`adapter\` "a.ts" is no Python module.`,
    );
    expect(fails('{"adapter": "a.py", "editable": ["b.py"]}')).toContain(
      'is no TypeScript or JavaScript module',
    );
    expect(
      fails('{"language": "python", "adapter": "a.py", "editable": ["b.py"], "goals": ["r5"]}'),
    ).toContain('`goals` names speed goals only');
  });

  it('what is missing, at the object that lacks it', () => {
    expect(lines('', '{ "adapter": "a.ts" }')).toBe(`${CONFIG_FILE}:2:1: \`editable\` is missing.`);
    expect(fails('[]')).toContain(`${CONFIG_FILE}:1:1: the config is wrong`);
  });

  it('text that is no JSON, at the first character that does not fit', () => {
    expect(lines('{ "adapter": "a.ts",', '  "editable": ["src/",] }')).toContain(
      `${CONFIG_FILE}:2:23: "]" stands`,
    );
    expect(lines('{', '  // a comment', '}')).toContain(`${CONFIG_FILE}:2:3: "/" stands`);
    expect(lines('{ "adapter": "a.ts"')).toContain(`${CONFIG_FILE}:1:20: the text ends`);
    expect(fails('\ufeff{}')).toContain(`${CONFIG_FILE}:1:1: "\\ufeff" stands`);
    expect(fails('')).toContain(`${CONFIG_FILE}:1:1: the text ends`);
  });

  it('wherever JSON.parse stops, the fault lies inside the text, and a cut text ends too early', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, at) => {
        const cut = json.slice(0, at % json.length);
        try {
          JSON.parse(cut);
        } catch {
          const { column, line } = syntaxFault(cut);
          expect(line).toBe(1);
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual(cut.length + 1);
        }
      }),
    );
  });
});

describe('a configured target', () => {
  it('pins the config, the adapter and what the setup needs, and asks the goals that are named', () => {
    const target = configuredTarget(
      JSON.stringify({
        ...good,
        pinned: ['test/'],
        goals: ['r0', 'r1/tanh'],
        setup: { run: ['npm ci'], from: ['package.json'] },
      }),
    );
    expect(target.pinned).toEqual([CONFIG_FILE, 'adapter.ts', 'test/', 'package.json']);
    expect(target.goals.map((goal) => goal.id)).toEqual(['r0/add', 'r0/mul', 'r0/fan-out', 'r1/tanh']);
  });

  it('is described by the schema that is shipped', () => {
    const shipped = readFileSync(
      new URL('../../schemas/vibegrad.config.schema.json', import.meta.url),
      'utf8',
    );
    expect(JSON.parse(shipped)).toEqual(configJsonSchema());
  });
});
