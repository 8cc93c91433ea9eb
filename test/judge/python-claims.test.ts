import { afterAll, describe, expect, test } from 'vitest';
import { loadPrompts } from '../../agent/host/prompts.ts';
import { runClaim } from '../../agent/judge/claims.ts';
import { openPythonPool } from '../../agent/judge/sandbox/index.ts';
import type { Expectation } from '../../agent/judge/types.ts';
import { missing, python } from '../python/pytest.ts';
import { skipWithoutBubblewrap } from './oracle-setup.ts';

const PATIENCE = { timeout: 300_000 };
const pythons = openPythonPool({ python });
afterAll(() => pythons.close());

const { signal } = new AbortController();
const claim = (code: string, expect: Expectation) =>
  runClaim({ engine: 'library', code, language: 'python', expect }, { signal, pythons });
const equals = (value: number, within = 0): Expectation => ({ kind: 'equals', value, within });
const throws = (message: string): Expectation => ({ kind: 'throws', message });

const SINE = 4 * Math.cos(4);
const torch = (text: string): string => `import torch\n${text}`;
const jax = (text: string): string => `import jax\nimport jax.numpy as jnp\n${text}`;

const counted: Readonly<Record<string, readonly [code: string, expect: Expectation]>> = {
  'a slope by PyTorch': [
    torch('x = torch.tensor(2.0, requires_grad=True)\ntorch.sin(x**2).backward()\nprint(x.grad.item())'),
    equals(SINE, 1e-5),
  ],
  'a slope of 0 at a kink': [
    torch('x = torch.tensor(0.0, requires_grad=True)\ntorch.relu(x).backward()\nprint(x.grad.item())'),
    equals(0),
  ],
  'a list of gradients': [
    torch('x = torch.tensor(3.0, requires_grad=True)\nprint(torch.autograd.grad(x * x, x)[0].item())'),
    equals(6),
  ],
  'a transform of torch.func': [
    torch('print(torch.func.grad(torch.sin)(torch.tensor(0.0)).item())'),
    equals(1),
  ],
  'a value': [torch('print(torch.exp(torch.tensor(0.0)).item())'), equals(1)],
  'a refusal of PyTorch’s': [
    torch('x = torch.ones((), requires_grad=True)\ny = x * x\ny.backward()\ny.backward()'),
    throws('second time'),
  ],
  'a slope by JAX': [jax('print(float(jax.grad(lambda x: jnp.sin(x**2))(2.0)))'), equals(SINE, 1e-5)],
  'a slope by a name of one’s own': [
    'from jax import grad as d\nimport jax.numpy as jnp\nprint(float(d(jnp.abs)(0.0)))',
    equals(1),
  ],
  'a pullback': [jax('y, back = jax.vjp(jnp.sin, 0.0)\nprint(float(back(2.0)[0]))'), equals(2)],
  'a Hessian by PyTorch': [
    torch('print(torch.func.hessian(lambda x: (x**3).sum())(torch.tensor([1.0, 2.0]))[1, 1].item())'),
    equals(12, 1e-5),
  ],
  'a compiled loop': [
    jax('print(float(jax.jit(lambda x: jax.lax.fori_loop(0, 3, lambda i, y: jnp.sin(y), x))(0.0)))'),
    equals(0),
  ],
  'what has to be set before JAX looks for devices': [
    'import os\nos.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=3"\n' +
      jax('print(float(jax.pmap(jnp.exp)(jnp.zeros(len(jax.devices()))).sum()))'),
    equals(3),
  ],
  'a refusal of JAX’s': [
    jax('@jax.jit\ndef f(x):\n    return x if x > 0 else -x\nf(1.0)'),
    throws('TracerBoolConversionError'),
  ],
};

const vacuous: Readonly<Record<string, readonly [code: string, expect: Expectation]>> = {
  'a constant': [torch('print(6)'), equals(6)],
  'a constant by a name': [torch('x = 6.0\nprint(x)'), equals(6)],
  'a constant by way of a tensor': [torch('print(torch.tensor(6.0).item())'), equals(6)],
  'a constant by way of an array': [jax('print(float(jnp.asarray(6)))'), equals(6)],
  'a constant that something was computed beside': [
    torch('x = torch.tensor(2.0, requires_grad=True)\n(x * x).backward()\nprint(4)'),
    equals(4),
  ],
  'an error of its own': ['raise ValueError("bad")', throws('ValueError')],
};

/** Asked of a version that is not the one which is here: what was removed, what is not there yet, what the text states. */
const aged: Readonly<Record<string, readonly [code: string, library: string, what: string]>> = {
  'a function that is gone': [jax('print(float(jnp.trapz(jnp.ones(3))))'), 'jax', 'jax.numpy.trapz'],
  'a module that is gone': ['from jax.config import config\nprint(1)', 'jax', 'jax.config'],
  'a name that cannot be imported': [
    'from jax.experimental import host_callback\nprint(1)',
    'jax',
    'jax.experimental.host_callback',
  ],
  'a function that says it was removed': [
    torch('print(torch.symeig(torch.eye(2))[0][0].item())'),
    'torch',
    'torch.symeig',
  ],
  'a method that is not there': [
    torch('print(torch.ones(1).gradient_of())'),
    'torch',
    'torch.Tensor.gradient_of',
  ],
  'an argument that is not known': [
    jax('print(float(jax.grad(jnp.sin, with_value=True)(0.0)))'),
    'jax',
    'argument with_value of jax.grad',
  ],
};

describe.skipIf(missing || skipWithoutBubblewrap)('a claim about a library of Python', () => {
  test.each(Object.entries(counted))(
    'counts where it can fail: %s',
    PATIENCE,
    async (_, [code, expected]) => {
      expect(await claim(code, expected)).toMatchObject({ badge: 'verified', why: '' });
    },
  );

  test.each(Object.entries(vacuous))(
    'claims nothing where it cannot: %s',
    PATIENCE,
    async (_, [code, expected]) => {
      expect(await claim(code, expected)).toMatchObject({
        badge: 'ran, nothing claimed',
        why: expect.stringContaining('it cannot fail'),
      });
    },
  );

  test.each(Object.entries(aged))(
    'is not refuted, nor read as badly written, where the library is of another version: %s',
    PATIENCE,
    async (_, [code, library, what]) => {
      const why = expect.stringMatching(
        new RegExp(
          `^${library} \\d+\\.[\\d.]+\\S*, which is here, has no ${what.replaceAll('.', '\\.')}: write it for this version, or install one that has it$`,
        ),
      );
      for (const expected of [equals(1), throws('some other error')]) {
        expect(await claim(code, expected)).toMatchObject({ badge: 'not run', why });
      }
    },
  );

  test('is not run where it states a version that is not here', PATIENCE, async () => {
    const stated = async (line: string) =>
      await claim(`${line}\n${torch('print(torch.exp(torch.tensor(0.0)).item())')}`, equals(1));
    for (const line of ['# needs torch >= 99.1', '# /// script\n# dependencies = ["torch>=99.1"]\n# ///']) {
      expect(await stated(line)).toMatchObject({
        badge: 'not run',
        why: expect.stringMatching(/^needs torch >= 99\.1, and 2\.\S+ is here: install that version/),
      });
    }
    expect(await stated('# needs torch >= 2.0, numpy < 99')).toMatchObject({ badge: 'verified' });
  });

  test.each(['explain', 'state'])('is stated as the prompt %s tells a model to', PATIENCE, async (id) => {
    const body = loadPrompts().find((prompt) => prompt.id === id)?.body ?? '';
    const [, line = ''] = /`(# needs [^`]+)`/.exec(body) ?? [];
    const code = (needs: string): string => `${needs}\n${jax('print(float(jnp.exp(0.0)))')}`;
    expect(await claim(code(line), equals(1))).toMatchObject({ badge: 'verified' });
    const later = line.replace(/[\d.]+$/, '99');
    expect(await claim(code(later), equals(1))).toMatchObject({
      badge: 'not run',
      why: expect.stringMatching(/^needs jax >= 99, and \S+ is here/),
    });
  });

  test('can be that a function is no longer there', PATIENCE, async () => {
    const code = jax('y = float(jnp.sin(0.0))\nif abs(y) < 1e-6:\n    jnp.trapz');
    expect(await claim(code, throws("no attribute 'trapz'"))).toMatchObject({ badge: 'verified' });
  });

  test.each(['x = None\nprint(x.item())', 'import math\nprint(math.sinn(1))', 'print(undefined)'])(
    'that has an error of its own says so: %s',
    PATIENCE,
    async (code) => {
      expect(await claim(code, equals(1))).toMatchObject({
        badge: 'not checkable as written',
        why: expect.stringMatching(/^it threw (AttributeError|NameError)/),
      });
    },
  );

  test('is refuted by what comes out', PATIENCE, async () => {
    const code = jax('print(float(jax.grad(jnp.tanh)(0.0)))');
    expect(await claim(code, equals(0.5))).toMatchObject({ badge: 'refuted', printed: ['1.0'] });
  });

  test('is refuted by a perturbed run that waits for longer than the claim itself', PATIENCE, async () => {
    const code = torch(
      'import time\nx = torch.sin(torch.tensor(0.0)).item()\ntime.sleep(3 if x != 0 else 0)\nprint(x)',
    );
    expect(await claim(code, equals(0))).toMatchObject({ badge: 'verified' });
  });

  test('is not said to be empty where a perturbed run is stopped', PATIENCE, async () => {
    const code = torch('x = torch.sin(torch.tensor(0.0)).item()\nwhile x != 0:\n    pass\nprint(x)');
    expect(await claim(code, equals(0))).toMatchObject({
      badge: 'not run',
      why: expect.stringMatching(/^with a perturbation: timed out after .* of processor time$/),
    });
  });

  test('says nothing for the next one by what it leaves of compiled code', PATIENCE, async () => {
    const leave = jax(
      'import os\nfrom jax._src import compilation_cache\njnp.sin(0.5)\nkept = compilation_cache._cache\n' +
        'kept.new = {key: b"" for key in [*kept.known, *kept.new]}\nkept.get = lambda key: b""\n' +
        'os.write(3, b"nonsense\\n")\nprint(1)',
    );
    expect(await claim(leave, equals(0))).toMatchObject({ badge: 'refuted' });
    expect(await claim(jax('print(float(jnp.cos(jnp.sin(0.0))))'), equals(1))).toMatchObject({
      badge: 'verified',
    });
  });

  test('has a Python to itself where two are run at a time', PATIENCE, async () => {
    const code =
      'import os, math\nprint(os.path.exists("/tmp/mine") + math.sin(0))\nopen("/tmp/mine", "w").close()';
    const both = await Promise.all([claim(code, equals(0)), claim(code, equals(0))]);
    expect(both.map(({ badge }) => badge)).toEqual(['verified', 'verified']);
  });

  test('is stopped where it leaves too much', PATIENCE, async () => {
    const code = torch('import os\nwhile True:\n    os.write(3, b"x" * 65536)');
    expect(await claim(code, equals(0))).toMatchObject({
      badge: 'not run',
      why: expect.stringContaining('it wrote more than'),
    });
  });

  test('meets nothing that an earlier one left', PATIENCE, async () => {
    const leave = torch('torch.sin = torch.cos\nopen("/tmp/left", "w").close()\nprint(0)');
    await claim(leave, equals(1));
    const look = torch('import os\nprint(torch.sin(torch.tensor(0.0)).item() + os.path.exists("/tmp/left"))');
    expect(await claim(look, equals(0))).toMatchObject({ badge: 'verified' });
  });
});
