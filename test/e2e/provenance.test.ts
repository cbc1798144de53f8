/** Who vouches for the releases: said of those that an answer names, and with --require-provenance a condition of running any. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publishScript } from '../helpers/fake-client.js';
import { signingKey } from '../helpers/signing.js';
import { IMPATIENT, Scene } from './scene.js';

const key = signingKey();
const scene = Scene.forAll((opened) => {
  const { registry } = opened;
  registry.keys = [key.published];
  const behaviours = ['good', 'good', 'good', 'loses-tools', 'loses-tools', 'loses-tools'] as const;
  behaviours.forEach((behaviour, index) => {
    const version = `2.1.${index + 1}`;
    // Of the third release something else is signed, the last one is not signed at all.
    registry.signer = index === 2 ? () => key.signer('another release') : index === 5 ? null : key.signer;
    publishScript(registry, version, behaviour);
  });
});

it('without the flag every release is run, and the report says what the registry says, and that it was not checked', async () => {
  const answer = await scene.answer('2.1.1', '2.1.6', ['--report', 'asked.md', '--report', 'asked.json']);
  expect(answer).toMatchObject({ code: 0, lastGood: '2.1.3', firstBad: '2.1.4' });
  expect(answer.provenance).toEqual([
    {
      version: '2.1.3',
      package: '@anthropic-ai/claude-code@2.1.3',
      state: 'signed',
      checked: false,
      repository: null,
      commit: null,
      reason: '',
    },
    expect.objectContaining({ version: '2.1.4', state: 'signed', checked: false }),
  ]);
  const report = readFileSync(join(scene.user.root, 'asked.md'), 'utf8');
  expect(report).toContain('2.1.4 is signed, which was not checked');
  const document = JSON.parse(readFileSync(join(scene.user.root, 'asked.json'), 'utf8'));
  expect(document.provenance).toEqual(answer.provenance);
  expect(scene.registry.requestsFor('/-/npm/v1/keys')).toEqual([]);
});

it('with it a release that is wrongly signed is a skip with the reason, whatever is known of it, and blames nobody', async () => {
  const options = ['--require-provenance', '--report', 'proved.md'];
  const answer = await scene.answer('2.1.1', '2.1.5', options);
  expect(answer).toMatchObject({ code: 3, firstBad: null, suspects: ['2.1.3'] });
  expect(answer.table[2]).toMatchObject({ version: '2.1.3', verdict: 'skip', runs: 0 });
  expect(answer.table[2].reason).toMatch(/^wrongly signed: .* invalid registry signature/);
  expect(answer.provenance).toMatchObject([
    { version: '2.1.2', state: 'signed', checked: true },
    { version: '2.1.4', state: 'signed', checked: true },
  ]);
  const report = readFileSync(join(scene.user.root, 'proved.md'), 'utf8');
  expect(report).toContain('2.1.4 is signed');
  expect(report).toContain('--require-provenance');
  expect(report).not.toContain('not checked');
});

it('with it an end that is not signed ends the run before anything is run, with the way out', async () => {
  expect(await scene.failure('2.1.1', '2.1.6', ['--require-provenance'])).toEqual({
    exitCode: 4,
    code: 'NOT_SIGNED',
    message: '2.1.6 is an end of the range, and not signed here',
    hint: expect.stringContaining('leave out --require-provenance'),
  });
});

it('with it an answer is given where the registry is gone by then, and says what could not be proved', async () => {
  const { registry } = scene;
  registry.signer = key.signer;
  registry.attestations = {};
  const published = [
    publishScript(registry, '2.1.7', 'good'),
    publishScript(registry, '2.1.8', 'loses-tools'),
  ];
  const fetched = published.map(async ({ path }) => (await registry.nextRequest(path)).closed);
  const gone = Promise.all(fetched).then(() => registry.stop());
  const answer = await scene.answer('2.1.7', '2.1.8', ['--require-provenance'], IMPATIENT);
  await gone;
  expect(answer).toMatchObject({ code: 0, lastGood: '2.1.7', firstBad: '2.1.8' });
  const reason = expect.stringContaining('ECONNREFUSED');
  expect(answer.provenance).toMatchObject([{ state: 'signed', checked: true, reason }, { reason }]);
  expect(answer.stderr).toContain('note: where 2.1.8 comes from was not proved: ');
});
