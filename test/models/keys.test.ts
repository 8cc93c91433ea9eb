import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets, withoutKeys } from '../../agent/models/keys.ts';

describe('secrets', () => {
  it('are taken out by value, whatever they look like', () => {
    const secrets = fc.stringMatching(/^[A-Za-z0-9+/=_.-]{12,40}$/);
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        const env = { ANTHROPIC_API_KEY: secret, MY_TOKEN: secret.slice(0, 10) };
        expect(redactSecrets(before + secret + after, env)).not.toContain(secret);
      }),
    );
  });

  it.each([
    'sk-ant-api03-abcdefghijklmnop',
    'sk-proj-abcdefghijklmnop1234',
    `ghp_${'a1'.repeat(18)}`,
    `hf_${'a1'.repeat(17)}`,
    `AIza${'a1_'.repeat(11)}`,
    'AKIAABCDEFGHIJKLMNOP',
  ])('are taken out by their form: %s', (secret) => {
    expect(redactSecrets(`(${secret})`, {})).toBe('([secret])');
  });

  it.each([
    ['Authorization: Bearer abcdefgh12', 'Authorization: Bearer [secret]'],
    ['{"x-api-key":"abcdefgh12"}', '{"x-api-key":"[secret]"}'],
    ['http://user:pass@host/v1', 'http://[secret]@host/v1'],
  ])('are taken out by their place: %s', (text, clean) => {
    expect(redactSecrets(text, {})).toBe(clean);
  });

  it.each([
    'the sketch-of-a-proof is at risk-adjusted cost',
    'authorization failed',
    'http://127.0.0.1:8080/v1#name',
    'max_tokens: 16',
  ])('are not seen where there are none: %s', (text) => {
    expect(redactSecrets(text, { SHORT_KEY: 'a', PATH: '/usr/bin:/bin/long' })).toBe(text);
  });

  it('stay out of a child’s environment', () => {
    const env = {
      PATH: '/bin',
      OPENAI_API_KEY: 'x',
      GITHUB_TOKEN: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      DB_PASSWORD: 'x',
    };
    expect(withoutKeys(env)).toEqual({ PATH: '/bin' });
  });
});
