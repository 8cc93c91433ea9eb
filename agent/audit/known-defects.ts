/** A number of a library's that is not right. What fails by it alone is no false alarm: causes.ts. */
export interface KnownDefect {
  /** The operation; mended_jax.py has a right one. */
  readonly op: string;
  readonly what: string;
  /** Python that is true as long as it is there; `jnp` is `jax.numpy`, in float64 on a CPU. */
  readonly shown: string;
}

/** Of JAX 0.10.2 in float64 on a CPU, against the C library's functions, which are right to about one unit in the last place. */
export const JAX_DEFECTS: readonly KnownDefect[] = [
  {
    op: 'log1p',
    what: 'XLA’s log1p is up to 78 units in the last place off in −0.5 to −0.3',
    shown: 'abs(jnp.log1p(-0.4066) / math.log1p(-0.4066) - 1) > 1e-14',
  },
  {
    op: 'log1mexp',
    what: 'made of log1p',
    shown: 'abs(jnp.log1p(-math.exp(-0.9)) / math.log1p(-math.exp(-0.9)) - 1) > 3e-15',
  },
  {
    op: 'atanh',
    what: 'XLA computes it from log1p',
    shown: 'abs(jnp.arctanh(-0.4052978187322392) / math.atanh(-0.4052978187322392) - 1) > 5e-15',
  },
  {
    op: 'cosh',
    what: 'XLA computes it from exp(x ± ln 2), whose argument is rounded: 15 units in the last place at 27',
    shown: 'abs(jnp.cosh(-27.019411045713454) / math.cosh(27.019411045713454) - 1) > 1e-15',
  },
  {
    op: 'sinh',
    what: 'as cosh',
    shown: 'abs(jax.grad(jnp.sinh)(-254.6382153707843) / math.cosh(254.6382153707843) - 1) > 1e-15',
  },
  {
    op: 'sinc',
    what: 'its slope cancels near 0: four digits at 3e-6',
    shown:
      'abs(jax.grad(lambda x: jnp.sinc(x / jnp.pi))(3.3219742120479795e-06) / -1.1073247373448e-06 - 1) > 1e-5',
  },
  {
    op: 'hypot',
    what: 'its second derivatives are 0 where |x| = |y|',
    shown: 'abs(jax.grad(jax.grad(jnp.hypot))(2.5, 2.5)) < 1e-12',
  },
  {
    op: 'logaddexp',
    what: 'its slopes come from exp of a rounded difference: 13 digits at 1000',
    shown: 'abs(jax.grad(jnp.logaddexp)(jnp.float64(1000), jnp.float64(1000)) - 0.5) > 1e-14',
  },
  {
    op: 'abs',
    what: 'XLA takes subnormal numbers for zero on a CPU',
    shown: 'jnp.abs(jnp.float64(-5e-324)) == 0',
  },
  { op: 'relu', what: 'as abs', shown: 'jax.nn.relu(jnp.float64(5e-324)) == 0' },
];
