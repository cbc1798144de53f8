/** Keys of every form that is known, made up, and put together here so that no scanner takes a test for a leak. */
export const KEYS = {
  Anthropic: `sk-ant-api03-${'Ab1_'.repeat(10)}`,
  OpenAI: `sk-proj-${'x9Y'.repeat(12)}`,
  Stripe: `sk_live_${'51Hab'.repeat(5)}`,
  'Stripe, restricted, for tests': `rk_test_${'51Hab'.repeat(5)}`,
  GitHub: `ghp_${'a1B2'.repeat(9)}`,
  'a GitHub app': `ghs_${'a1B2'.repeat(9)}`,
  'a GitHub app, with parts': `ghs_123456_${'a1B2'.repeat(4)}.${'x9Y'.repeat(6)}.${'a1B2'.repeat(4)}`,
  'a GitHub user': `gho_${'a1B2'.repeat(9)}`,
  'GitHub, fine-grained': `github_pat_${'11ABCDE'.repeat(4)}_${'xyz'.repeat(9)}`,
  npm: `npm_${'q7'.repeat(18)}`,
  AWS: `AKIA${'ABCD1234'.repeat(2)}`,
  Google: `AIza${'Sy0'.repeat(12)}`,
  'Google OAuth': `ya29.${'a0Af'.repeat(9)}`,
  Slack: `xoxb-${'1234567890-'.repeat(2)}abcdef`,
  GitLab: `glpat-${'x1Y2'.repeat(5)}`,
  'Hugging Face': `hf_${'aB3d'.repeat(8)}`,
  'a JWT': `eyJ${'hbGciOi'.repeat(3)}.eyJ${'zdWIiOi'.repeat(3)}.${'c2ln'.repeat(6)}`,
};

/** PEM of PKCS #8, or of another kind: `RSA `. */
export const pem = (kind = '', body = 'MIIEvQIBADANBg\nkqhkiG9w0B==\n'): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${body}-----END ${kind}PRIVATE KEY-----`;
