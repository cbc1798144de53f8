/** The examples of @secretlint's recommended rules, built from the shapes that they document, as a second opinion. */
import { extname } from 'node:path';
import { lintSource } from '@secretlint/core';
import { creator, rules } from '@secretlint/secretlint-rule-preset-recommend';
import { expect, it } from 'vitest';
import { textRedactor } from '../../../src/report/redact/redact.js';
import { pem } from './made-up-keys.js';

/** So many letters and digits that are no word. */
const mixed = (length: number) => 'aB3dE5fG7hJ9kL'.repeat(20).slice(0, length);
const upper = (length: number) => 'ABCD2345EFGH67'.repeat(4).slice(0, length);
const hex = (length: number) => '0a1b2c3d4e5f6789'.repeat(4).slice(0, length);
const letters = (length: number) => 'aBcDeFgHiJkLmN'.repeat(4).slice(0, length);
const account = Buffer.from(JSON.stringify({ email: 'a@b.c', secretKey: mixed(90), x: 'y' }));

/** By the id of the message that the rule gives. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  AWSAccessKeyID: ['AKIA', 'ASIA', 'AGPA', 'AIDA', 'AROA', 'ANPA', 'A3TX'].map((start) => start + upper(16)),
  AWSSecretAccessKey: [
    `AWS_SECRET_ACCESS_KEY=${mixed(40)}`,
    `"aws_secret_access_key": "${mixed(40)}"`,
    `SecretAccessKey = '${mixed(40)}'`,
  ],
  PrivateKeyJSON: [JSON.stringify({ private_key_id: hex(40), private_key: pem() })],
  PrivateKey: ['', 'RSA ', 'EC ', 'DSA '].map((kind) => pem(kind, `MI${mixed(62)}\n${mixed(64)}\n`)),
  PackageJSON_xOauthToken: [`"x": "git+https://${mixed(40)}:x-oauth-basic@github.com/owner/name.git"`],
  Npmrc_authToken: [`//registry.npmjs.org/:_authToken=${mixed(36)}`],
  NPM_ACCESS_TOKEN: [`npm_${mixed(36)}`],
  BasicAuth: ['https://anna:hunter2-of-anna@git.example.com/x', 'ftp://anna:hunter2@ftp.example.com'],
  SLACK_TOKEN: ['xoxb', 'xoxp', 'xapp', 'xoxa', 'xoxr'].map((start) => `${start}-123456789012-${mixed(24)}`),
  IncomingWebhook: [`https://hooks.slack.com/services/T${upper(8)}/B${upper(8)}/${mixed(24)}`],
  SENDGRID_KEY: [`SG.${mixed(22)}.${mixed(43)}`],
  SHOPIFY_KEY: ['shppa', 'shpca', 'shpat', 'shpss'].map((start) => `${start}_${hex(32)}`),
  GITHUB_TOKEN: [
    ...['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map((start) => `${start}_${mixed(36)}`),
    `github_pat_${mixed(82)}`,
  ],
  GITLAB_PERSONAL_ACCESS_TOKEN: [`glpat-${mixed(20)}`, `glpat-${mixed(27)}`],
  GRAFANA_CLOUD_API_TOKEN: [`glc_eyJ${mixed(97)}==`],
  GRAFANA_SERVICE_ACCOUNT_TOKEN: [`glsa_${mixed(32)}_${hex(8)}`],
  OPENAI_TOKEN: [
    `sk-${mixed(20)}T3BlbkFJ${mixed(20)}`,
    `sk-proj-${mixed(74)}T3BlbkFJ${mixed(74)}`,
    `sk-svcacct-${mixed(58)}T3BlbkFJ${mixed(58)}`,
  ],
  ANTHROPIC_API_KEY: [`sk-ant-api03-${mixed(93)}AA`],
  GROQ_API_KEY: [`gsk_${mixed(52)}`],
  HUGGINGFACE_USER_ACCESS_TOKEN: [`hf_${letters(34)}`],
  LINEAR_API_TOKEN: [`lin_api_${mixed(40)}`],
  NOTION_INTEGRATION_TOKEN: [`ntn_12345678901${mixed(35)}`],
  OPS_TOKEN: [`ops_${account.toString('base64')}`],
  MongoDBConnection: [
    'mongodb://anna:hunter2@db.example.com/x',
    'mongodb+srv://anna:hunter2@db.example.com/x',
  ],
  MySQLConnection: [
    'mysql://anna:hunter2@db.example.com:3306/x',
    'jdbc:mysql://anna:hunter2@db.example.com/x',
  ],
  PostgreSQLConnection: ['postgres://anna:hunter2@db.example.com:5432/x?sslmode=require'],
  HASHICORP_VAULT_SERVICE_TOKEN: [`hvs.${mixed(95)}`],
  HASHICORP_VAULT_BATCH_TOKEN: [`hvb.${mixed(150)}`],
  HASHICORP_VAULT_RECOVERY_TOKEN: [`hvr.${mixed(95)}`],
  VERCEL_PERSONAL_ACCESS_TOKEN: [`vcp_${mixed(24)}`],
  VERCEL_INTEGRATION_TOKEN: [`vci_${mixed(24)}`],
  VERCEL_APP_ACCESS_TOKEN: [`vca_${mixed(24)}`],
  VERCEL_APP_REFRESH_TOKEN: [`vcr_${mixed(24)}`],
  VERCEL_AI_GATEWAY_API_KEY: [`vck_${mixed(24)}`],
  DATABRICKS_PERSONAL_ACCESS_TOKEN: [`dapi${hex(32)}`, `dapi${hex(32)}-3`],
  DOCKER_PERSONAL_ACCESS_TOKEN: [`dckr_pat_${mixed(27)}`],
  FIGMA_PERSONAL_ACCESS_TOKEN: [`figd_${mixed(40)}`],
};

/** Known by a rule, and no secret: the number of an account, what is in a binary file, and notes about the linter itself. */
const NO_SECRETS = ['AWSAccountID', 'PrivateKeyP12', 'IGNORE_MESSAGE'];

const redacted = textRedactor(null);

/** What the rules are told: to look for what they leave out by default, and what stands in place of a token. */
const RULES = [
  { id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } },
  { id: '@secretlint/secretlint-rule-npm', options: { allows: [String.raw`/^\[key\]/`] } },
];

/** Ids of what the linter finds in a text, whatever file it is in: some rules are about one kind. */
async function foundIn(content: string): Promise<string[]> {
  const config = { rules: [{ id: creator.meta.id, rule: creator, rules: RULES }] };
  const results = ['log.json', 'package.json', '.npmrc'].map((filePath) =>
    lintSource({
      source: { content, filePath, ext: extname(filePath), contentType: 'text' },
      options: { config, noPhysicFilePath: true },
    }),
  );
  return (await Promise.all(results)).flatMap(({ messages }) => messages.map(({ messageId }) => messageId));
}

it('every rule of the preset has an example', () => {
  const ids = rules.flatMap(({ messages }) => Object.keys(messages));
  expect(ids.filter((id) => !NO_SECRETS.includes(id)).toSorted()).toEqual(Object.keys(EXAMPLES).toSorted());
});

it.each(Object.entries(EXAMPLES))('what @secretlint finds is taken out: %s', async (id, examples) => {
  for (const example of examples) {
    expect(await foundIn(example), `in ${example}`).toContain(id);
    const inLog = `2026-11-22 [DEBUG] "sent": ${example}\nnext`;
    for (const text of [example, inLog, JSON.stringify({ log: inLog })]) {
      const left = redacted(text);
      expect(await foundIn(left), `in ${left}`).toEqual([]);
      expect(left).toContain('[key]');
    }
  }
});
