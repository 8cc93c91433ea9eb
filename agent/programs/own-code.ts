import { guessLanguage } from './code-blocks.ts';

/** A person's code as a claim's: what it uses of the engine is imported, and the value of an expression is printed. */
export function asProgram(code: string, library: string): { language: 'ts' | 'python'; code: string } {
  if (guessLanguage(code) === 'python') return { language: 'python', code: `${code}\n` };
  const printed = /console\.log|;|^\s*(?:const|let|for|if|import)\b/.test(code)
    ? code
    : `console.log(${code.trim()});`;
  if (/^\s*import\b/m.test(code)) return { language: 'ts', code: `${printed}\n` };
  const declared = new Set(
    [...code.matchAll(/\b(?:const|let|var|function|class)\s+(\w+)/g)].map((m) => m[1]),
  );
  const used = new Set([...code.matchAll(/(?<![.\w$])([A-Za-z]\w*)/g)].map((m) => m[1]!));
  const names = engineNames(library).filter((name) => used.has(name) && !declared.has(name));
  const imported = names.length === 0 ? '' : `import { ${names.join(', ')} } from 'vibegrad/engine';\n`;
  return { language: 'ts', code: `${imported}${printed}\n` };
}

/** The exports of `vibegrad/engine` that the prompt about it lists. */
export function engineNames(library: string): readonly string[] {
  const names = new Set<string>();
  for (const line of library.split('\n')) {
    // Lists: `// Arithmetic: add(a, b), sub, mul`; declarations: `export function jit(f), checkpoint(f);`
    const listed =
      /^\/\/ [A-Z][a-z]+: (.*)$/.exec(line)?.[1] ?? /^export (?:const|function) (.*)$/.exec(line)?.[1];
    if (listed === undefined) continue;
    const flat = listed.replace(/\/\/.*$/, '').replace(/\([^()]*(?:\([^()]*\)[^()]*)*\)/g, '');
    for (const [, name] of flat.matchAll(/(?:^|[,;] )([a-zA-Z]\w*)(?=[,;\s]|$)/g)) names.add(name!);
  }
  return [...names];
}
