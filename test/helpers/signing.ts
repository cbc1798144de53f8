/** A key as registries sign with (ECDSA over P-256), made for one test. */
import { generateKeyPairSync, sign } from 'node:crypto';

/** @returns what a registry publishes of it, and signs with it */
export function signingKey(keyid = 'SHA256:test') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const published = {
    keyid,
    keytype: 'ecdsa-sha2-nistp256',
    scheme: 'ecdsa-sha2-nistp256',
    key,
    expires: null,
  };
  const signer = (message: string) => [
    { keyid, sig: sign('sha256', Buffer.from(message), privateKey).toString('base64') },
  ];
  return { published, signer };
}
