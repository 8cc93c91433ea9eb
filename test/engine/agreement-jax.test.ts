import { describeAgreement } from './agreement/compare.ts';

describeAgreement('jax', 'agreement with JAX');
