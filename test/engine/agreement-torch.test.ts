import { describeAgreement, type LessExact } from './agreement/compare.ts';

/**
 * PyTorch's trigamma has nine digits: from 6 on it is an asymptotic series of four terms. It is in whatever differentiates
 * lgamma twice. JAX, which has all digits there, agrees with the engine on the same programs to 1e-12.
 */
const lessExact: LessExact = {
  digamma: { parts: ['jvp', 'gradient'], allowed: 1e-9 },
  trigamma: { parts: ['value'], allowed: 1e-9 },
  lgamma: { parts: ['hvp'], allowed: 1e-9 },
  'Poisson regression': { parts: ['hvp'], allowed: 1e-9 },
  "Student's t": { parts: ['hvp'], allowed: 1e-9 },
  'beta-binomial': { parts: ['hvp'], allowed: 1e-9 },
};

describeAgreement('torch', 'agreement with PyTorch', lessExact);
