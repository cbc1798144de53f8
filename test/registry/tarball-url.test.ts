import { expect, test } from 'vitest';
import { tarballUrl } from '../../src/registry/tarball.js';

const NPM = 'https://registry.npmjs.org/@s/a/-/a-1.0.0.tgz';
const OTHER = 'https://old.test:8443/npm/@s/a/-/a-1.0.0.tgz?x=1';

test.each([
  ['npmjs', NPM, 'http://mirror.test:4873/', 'http://mirror.test:4873/@s/a/-/a-1.0.0.tgz'],
  ['npmjs', NPM, 'https://mirror.test/npm', 'https://mirror.test/npm/@s/a/-/a-1.0.0.tgz'],
  ['npmjs', NPM, 'https://registry.npmjs.org', NPM],
  ['npmjs', OTHER, 'https://mirror.test/', OTHER],
  ['never', NPM, 'https://mirror.test/', NPM],
  ['always', OTHER, 'https://mirror.test', 'https://mirror.test/npm/@s/a/-/a-1.0.0.tgz?x=1'],
  ['always', OTHER, 'https://mirror.test/npm', 'https://mirror.test/npm/@s/a/-/a-1.0.0.tgz?x=1'],
  ['old.test', OTHER, 'https://mirror.test', 'https://mirror.test/npm/@s/a/-/a-1.0.0.tgz?x=1'],
  ['elsewhere.test', OTHER, 'https://mirror.test', OTHER],
  [
    'https://old.test/npm',
    OTHER,
    'https://mirror.test/new',
    'https://mirror.test/new/@s/a/-/a-1.0.0.tgz?x=1',
  ],
  ['https://old.test/np', OTHER, 'https://mirror.test/new', OTHER],
])(
  'with replace-registry-host "%s", %s of registry %s is fetched from %s',
  (replaced, tarball, registry, expected) => {
    expect(tarballUrl(tarball, registry, replaced)).toBe(expected);
  },
);
