import { describe, expect, it } from 'vitest';
import { anchorOf, httpsOnly, npmPage, webOnly } from '../../../src/report/html/anchors.js';

describe('the id of a release', () => {
  it('is its version', () => {
    expect(anchorOf('2.1.147')).toBe('release-2.1.147');
    expect(anchorOf('3.0.0-beta.1')).toBe('release-3.0.0-beta.1');
  });

  it('has nothing that could end an attribute, and is never that of another version', () => {
    const versions = ['1.0.0+a', '1.0.0 a', '1.0.0"a', '1.0.0_2b_a', '1.0.0🎫a', '1.0.0-a'];
    const anchors = versions.map(anchorOf);
    expect(new Set(anchors).size).toBe(versions.length);
    for (const anchor of anchors) expect(anchor).toMatch(/^[\w.-]+$/);
  });
});

describe('an address', () => {
  it('is a link if it is https', () => {
    expect(httpsOnly('https://github.com/a/b/issues/1')).toBe('https://github.com/a/b/issues/1');
  });

  it.each([
    'http://github.com/',
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//example.com',
    'https://user:password@example.com/',
    'no address',
    '',
  ])('is none if it is %j', (address) => {
    expect(httpsOnly(address)).toBeNull();
  });

  it('that the user has configured may be http, and nothing else', () => {
    expect(webOnly('http://tracker.example/1')).toBe('http://tracker.example/1');
    for (const address of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'http://user:password@example.com/',
      '',
    ])
      expect(webOnly(address)).toBeNull();
  });

  it('of a package at the registry is that of a release without the version', () => {
    expect(npmPage('@anthropic-ai/claude-code')).toBe(
      'https://www.npmjs.com/package/@anthropic-ai/claude-code',
    );
    expect(npmPage('a\uD83D')).toBe('https://www.npmjs.com/package/a%EF%BF%BD');
  });

  it('of a release at the registry keeps the scope, and what is odd is encoded', () => {
    expect(npmPage('@anthropic-ai/claude-code', '2.1.147')).toBe(
      'https://www.npmjs.com/package/@anthropic-ai/claude-code/v/2.1.147',
    );
    expect(npmPage('a"b/../c', '1?#')).toBe('https://www.npmjs.com/package/a%22b/../c/v/1%3F%23');
  });
});
