import { expect, test } from 'vitest';
import { unreachable } from '../../src/registry/failure.js';
import { everythingIn } from './setting.js';

const SUBJECT = {
  thing: 'the versions of client',
  url: 'https://someone:s3cret@registry.test:8443/client',
  proxy: null,
};

function networkError(code: string, message = 'request failed'): Error {
  return Object.assign(new Error(message), { code });
}

test.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate', 'cafile'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate', 'cafile'],
  ['CERT_HAS_EXPIRED', 'certificate', 'cafile'],
  ['ECONNREFUSED', 'refused the connection', 'network'],
  ['EAI_AGAIN', 'looked up', 'network'],
  ['EMADEUP', 'EMADEUP', 'network'],
])('%s is told as "%s", with a way out', (code, reason, hint) => {
  const error = unreachable(SUBJECT, networkError(code));
  expect(error.message).toContain(reason);
  expect(error.hint).toContain(hint);
  expect(error.cause).toMatchObject({ code });
});

test('no part of an error repeats credentials of an address', () => {
  const cause = networkError(
    'ECONNRESET',
    `request to ${SUBJECT.url} through http://me:s3cret@proxy.test failed`,
  );
  const error = unreachable(SUBJECT, cause);
  expect(everythingIn(error)).not.toContain('s3cret');
  expect(everythingIn(error)).toContain('proxy.test');
});
