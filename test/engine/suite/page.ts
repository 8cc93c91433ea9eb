/** Whether this page makes code from strings: its policy must forbid it, or the run proves nothing. */
function codeFromStrings(): boolean {
  try {
    return Boolean(new Function('return true')());
  } catch {
    return false;
  }
}

/** NaN and −0 do not survive JSON: numbers go as text. */
const text = (x: number) => (Object.is(x, -0) ? '-0' : String(x));

async function answer() {
  try {
    // Imported here, so that a module that does not load is told, too.
    const { outcomes } = await import('./everywhere.ts');
    const said = outcomes().map(({ numbers, ...rest }) => ({ ...rest, numbers: numbers.map(text) }));
    return { codeFromStrings: codeFromStrings(), outcomes: said };
  } catch (error) {
    return { failed: String(error) };
  }
}

await fetch('/outcomes', { method: 'POST', body: JSON.stringify(await answer()) });
