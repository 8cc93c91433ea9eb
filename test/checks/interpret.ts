import { fromHex64, toHex64 } from '../../agent/base/float64.ts';
import type { Num, Program, ProgramAnswer, ProgramNode, ProgramRequest } from '../../agent/checks/program.ts';
import type { Case, Check } from '../../agent/checks/types.ts';
import { compareCase } from '../../agent/judge/compare.ts';
import type { Engine, Value } from '../../engine/seed/contract.ts';

/** Answers requests by calling an engine in this process, as an oracle would in its own. */
export function interpret(engine: Engine, request: ProgramRequest): ProgramAnswer {
  try {
    const at = request.at.map((x) => load(engine, x));
    const first = call(engine, request, at).map((v) => store(engine, v));
    const second = call(engine, request, at).map((v) => store(engine, v));
    const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
    const inputsKept = same(
      at.map((v) => store(engine, v)),
      request.at,
    );
    return { ok: true, values: first, repeatable: same(first, second), inputsKept };
  } catch (error) {
    return { ok: false, error: String(error) };
  }
}

function load(engine: Engine, x: Num): Value {
  if (typeof x === 'string') return fromHex64(x);
  return engine.array!(x.data.map(fromHex64), x.shape);
}

function store(engine: Engine, v: Value): Num {
  if (!engine.unpack) return toHex64(engine.primal(v));
  const { shape, data } = engine.unpack(v);
  const hex = Array.from(data, toHex64);
  return shape.length === 0 ? hex[0]! : { shape: [...shape], data: hex };
}

function call(engine: Engine, request: ProgramRequest, at: readonly Value[]): readonly Value[] {
  const many = (...xs: Value[]) => run(engine, request.program, xs);
  const one = (...xs: Value[]) => many(...xs)[0]!;
  const along = (request.along ?? []).map((x) => load(engine, x));
  switch (request.mode) {
    case 'value':
      return many(...at);
    case 'grad':
      return engine.grad(one)(...at);
    case 'jvp':
      return engine.jvp!(one, at, along);
    case 'hvp':
      return engine.hvp!(one, at, along);
    case 'hessian':
      return engine.hessian!(one)(...at).flat();
    case 'jacobian':
      return engine.jacobian!(many)(...at).flat();
  }
}

function run(engine: Engine, program: Program, inputs: readonly Value[]): Value[] {
  const values: Value[] = [];
  for (const node of program.nodes) values.push(step(engine, node, values, inputs));
  return program.outputs.map((i) => values[i]!);
}

function step(engine: Engine, node: ProgramNode, values: Value[], inputs: readonly Value[]): Value {
  switch (node.kind) {
    case 'input':
      return inputs[node.index]!;
    case 'const':
      return load(engine, node.value);
    case 'op': {
      const op = engine.ops[node.op];
      if (!op) throw new TypeError(`no op ${node.op}`);
      const args = node.args.map((i) => values[i]!);
      return node.attributes ? op(...args, node.attributes as never) : op(...args);
    }
    case 'branch': {
      const taken = engine.primal(values[node.on]!) > fromHex64(node.above) ? node.over : node.under;
      return run(
        engine,
        taken,
        node.args.map((i) => values[i]!),
      )[0]!;
    }
    case 'grad': {
      const captured = node.captures.map((i) => values[i]!);
      const body = (...xs: Value[]) => run(engine, node.body, [...xs, ...captured])[0]!;
      return engine.grad(body)(...node.args.map((i) => values[i]!))[node.wrt]!;
    }
  }
}

/** What an engine gets wrong of a list of cases, as `label: what`. */
export function wrongIn(engine: Engine, cases: readonly Case[]): string[] {
  return cases.flatMap((c) => {
    const answer = interpret(engine, c.request);
    const result = compareCase(c, answer);
    if (result.pass && result.steady) return [];
    return [`${c.label}: ${answer.ok ? JSON.stringify(show(answer.values)) : answer.error} for ${shown(c)}`];
  });
}

/** What an engine gets wrong of a check's fixed pool. */
export function wrongVisible(engine: Engine, check: Check): string[] {
  return wrongIn(engine, check.visible());
}

function show(values: readonly Num[]): unknown[] {
  return values.map((v) =>
    typeof v === 'string' ? String(fromHex64(v)) : v.data.map(fromHex64).map(String),
  );
}

function shown(c: Case): string {
  return c.expected
    .map((e) => {
      if (e.kind === 'near') return `${fromHex64(e.value)} ± ε·${fromHex64(e.scale).toPrecision(3)}`;
      if (e.kind === 'within') return `[${fromHex64(e.low)}, ${fromHex64(e.high)}]`;
      return e.kind === 'same' ? String(fromHex64(e.value)) : e.kind;
    })
    .join(', ');
}
