/** Clients that do not wait for their servers, under a judge of the kind "listed, and not offered". */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Scene } from './scene.js';

const scene = Scene.forEach();

const scenario = (more: string) => `
import { defineScenario, fail, pass, read, unclear } from 'mcp-bisect';

const listed = { until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list' } };

export default defineScenario({
  id: 'listed',
  title: 'tools are listed, and not offered',
  gateway: { tools: [{ name: 'lookup', result: 'found' }] },
  arms: [
    { id: 'control', control: true, gateway: { rules: [{ on: { method: 'GET' }, answer: { status: 405 }, hold: listed }] } },
    {
      id: 'late',
      gateway: {
        rules: [
          { on: { method: 'GET' }, answer: { status: 404 } },
          { on: { rpc: 'tools/list' }, delayMs: 1000 },
        ],
      },
    },
  ],
  judge(record) {
    const seen = read(record);
    const missing = seen.missing();
    if (missing === undefined) return pass('offered');
    const lost = seen.requests({ rpc: 'tools/list' }).length > 0 && seen.questionsWithoutTool.length > 0;
    return lost && !record.arm.control ? fail('listed, and not offered', 'tools-lost') : unclear(missing);
  },
  ${more}
});
`;

it('a client that asks the model too early is made to wait or skipped, unless waiting is the question', async () => {
  scene.publish('hurries', 'impatient', 'loses-tools');
  const verdicts = async (more = '') => {
    writeFileSync(join(scene.user.root, 'listed.mjs'), scenario(more));
    const versions = ['2.1.1', '2.1.2', '2.1.3'];
    const { probes } = await scene.document('probe', ...versions, '--scenario', './listed.mjs');
    return probes.map(({ verdict, reason }: Record<string, string>) => `${verdict}: ${reason}`);
  };
  expect(await verdicts()).toEqual([
    'good: offered',
    'skip: late: asked the model without the tool before the answer to tools/list was due',
    'bad: late: listed, and not offered',
  ]);
  expect(await verdicts('aboutWaiting: true,')).toEqual(Array(3).fill('bad: late: listed, and not offered'));
});
