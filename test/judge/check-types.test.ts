import { afterAll, describe, expect, test, vi } from 'vitest';
import { formatComplaint, formatConfig, formatFlags } from '../../agent/judge/format-check.ts';
import { createFormatter } from '../../agent/judge/formatter.ts';
import { spawnHere } from '../../agent/judge/sandbox/index.ts';
import { createTypeChecker } from '../../agent/judge/types-check.ts';
import { contract, seed } from './engines.ts';

const TOOL = { spawn: spawnHere, limits: { toolSeconds: 20 } };

const modules = (engine: string) => [
  { path: 'engine.ts', text: engine },
  { path: 'contract.ts', text: contract },
];

describe('the type check', () => {
  const checker = createTypeChecker(60);
  afterAll(() => checker.close());

  test('says what is wrong and where, and nothing where nothing is', async () => {
    expect(await checker.check(modules(seed))).toEqual([]);
    expect(await checker.check(modules(`${seed}export const x: number = 'one';\n`))).toEqual([
      `engine.ts line ${seed.split('\n').length}: Type 'string' is not assignable to type 'number'. (TS2322)`,
    ]);
    expect(await checker.check(modules(seed))).toEqual([]);
  });

  test('several at a time keep to themselves', async () => {
    const engines = [seed, `${seed}nowhere();\n`, seed, `${seed}const n: never = 1;\n`];
    const found = await Promise.all(engines.map((engine) => checker.check(modules(engine))));
    expect(found.map((errors) => errors.length)).toEqual([0, 1, 0, 1]);
  });

  test('a rule may call an operation by its name, as the contract shows it', async () => {
    const row = '  square: { value: (x) => x * x, partials: [(x) => ops.mul(2, x)] },\n';
    const engine = seed.replace(/( {2}mul: .*\n)/, `$1${row}`);
    expect(await checker.check(modules(engine))).toEqual([]);
  });

  test('neither files around it nor the host’s types are in reach', async () => {
    const errors = await checker.check(
      modules(`import { readFileSync } from 'node:fs';\n${seed}readFileSync('x');\n`),
    );
    expect(errors.join('\n')).toContain("'node:fs'");
  });

  test('one that takes too long is a sentence, and the next one is checked', async () => {
    const hasty = createTypeChecker(0.000_001);
    expect(await hasty.check(modules(seed))).toEqual(['The type check did not end within 0.000001 seconds.']);
    expect(await hasty.check(modules(seed))).toEqual(['The type check did not end within 0.000001 seconds.']);
    await hasty.close();
    await expect(hasty.check(modules(seed))).rejects.toThrow('closed');
  });
});

describe('the format check', () => {
  const flags = formatFlags(null);

  test('names the first line that differs, and what would stand there', async () => {
    expect(await formatComplaint('engine.ts', seed, flags, TOOL)).toBeNull();
    const complaint = await formatComplaint('engine.ts', seed.replace('a + b', 'a+b'), flags, TOOL);
    expect(complaint?.read).toBe(true);
    expect(complaint?.said).toContain('`add: { value: (a, b) => a + b, partials: [() => 1, () => 1] },`');
  });

  test('line ends and a byte order mark stay as they are', async () => {
    expect(
      await formatComplaint('engine.ts', `\ufeff${seed.replaceAll('\n', '\r\n')}`, flags, TOOL),
    ).toBeNull();
  });

  test('text that does not parse is said to be so', async () => {
    const complaint = await formatComplaint('engine.ts', 'const = ;\n', flags, TOOL);
    expect(complaint?.read).toBe(false);
    expect(complaint?.said).toContain('engine.ts cannot be formatted');
  });

  test('of a workspace’s settings only known scalars pass', () => {
    const hostile = {
      formatter: { indentStyle: 'tab', lineWidth: '80 --config-path=/tmp', indentWidth: 4 },
      javascript: { formatter: { quoteStyle: 'double', semicolons: null } },
    };
    expect(formatFlags(JSON.stringify(hostile))).toEqual([
      '--indent-style=tab',
      '--indent-width=4',
      '--line-width=110',
      '--javascript-formatter-quote-style=double',
      '--semicolons=always',
      '--trailing-commas=all',
      '--arrow-parentheses=always',
    ]);
    expect(formatFlags('{ not json')).toEqual(flags);
  });
});

describe('a formatter that stays', () => {
  const flags = formatFlags(JSON.stringify({ formatter: { indentWidth: 4, lineWidth: 60 } }));
  let processes = 0;
  const counting: typeof TOOL.spawn = (...args) => {
    processes++;
    return spawnHere(...args);
  };
  const formatter = createFormatter({ ...TOOL, spawn: counting });
  afterAll(() => formatter.close());

  const texts = {
    formatted: 'export const f = (x: number): number => {\n    return x;\n};\n',
    'with a byte order mark': '\ufeffexport const x = 1;\n',
    'with other line ends': 'export const x = 1;\r\n',
    'indented otherwise': 'export const f = (x: number): number => {\n  return x;\n};\n',
    'too long': `export const x = ${Array.from({ length: 20 }, () => '1').join(' + ')};\n`,
    'that does not parse': 'const = ;\n',
    empty: '',
    'that asks to be left alone': '// biome-ignore format: mine\nexport const x  =  1;\n',
  };

  test('says what one of its own process says, of each text and again', async () => {
    const alone = new Map<string, unknown>();
    for (const [name, text] of Object.entries(texts)) {
      alone.set(name, await formatComplaint('engine.ts', text, flags, TOOL));
    }
    for (let round = 0; round < 3; round++) {
      for (const [name, text] of Object.entries(texts)) {
        expect([name, await formatter.complaint('engine.ts', text, flags)]).toEqual([name, alone.get(name)]);
      }
    }
    expect(alone.get('formatted')).toBeNull();
    expect(alone.get('indented otherwise')).not.toBeNull();
  });

  test('starts no process for a text that is formatted, once it is there', async () => {
    await vi.waitFor(async () => {
      const before = processes;
      await formatter.complaint('engine.ts', texts.formatted, flags);
      expect(processes).toBe(before);
    });
  });

  test('of other settings, too', async () => {
    const other = formatFlags(null);
    expect(await formatter.complaint('engine.ts', seed, other)).toBeNull();
    expect(await formatter.complaint('engine.ts', seed, flags)).not.toBeNull();
  });

  test('is told the settings that a process is', () => {
    expect(JSON.parse(formatConfig(flags))).toEqual({
      root: true,
      formatter: { indentStyle: 'space', indentWidth: 4, lineWidth: 60 },
      javascript: {
        formatter: {
          quoteStyle: 'single',
          semicolons: 'always',
          trailingCommas: 'all',
          arrowParentheses: 'always',
        },
      },
    });
  });
});
