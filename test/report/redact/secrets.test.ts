import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textRedactor } from '../../../src/report/redact/redact.js';
import { isSecretName } from '../../../src/report/redact/secrets.js';
import { KEYS, pem } from './made-up-keys.js';

const redacted = textRedactor(null);

/** What may be around a key, with its place; what is around it stays. */
const AROUND = [
  'before # after',
  '"#"',
  'keys:\n#\tnext',
  'https://x.example/?q=#&b=2',
  String.raw`{"log":"keys:\n#\tnext"}`,
  String.raw`{\"log\":\"keys:\\n#\"}`,
  String.raw`\u0022#\u0022`,
  'https://x.example/?q=%22#%22',
  'x%20#%0Anext',
  '[32m#[0m',
  'ключ:#',
];

describe('keys', () => {
  it.each(Object.entries(KEYS))('of %s are made unreadable, whatever they stand in', (_, key) => {
    for (const text of AROUND) expect(redacted(text.replace('#', key))).toBe(text.replace('#', '[key]'));
  });

  it('are made unreadable in JSON that a log has in colours', () => {
    const text = JSON.stringify({ log: `\u001b[32m${KEYS.GitHub}\u001b[0m` });
    expect(redacted(text)).toBe(String.raw`{"log":"\u001b[32m[key]\u001b[0m"}`);
  });

  it('that are private are made unreadable whole, also when their end is missing', () => {
    expect(redacted(`a ${pem('RSA ')} b ${pem()} c`)).toBe('a [key] b [key] c');
    expect(redacted(JSON.stringify({ key: pem() }))).toBe('{"key":"[key]"}');
    const cutOff = pem().slice(0, 55);
    expect(redacted(`a ${cutOff}`)).toBe('a [key]');
    expect(redacted(JSON.stringify({ key: cutOff, x: 1 }))).toBe('{"key":"[key]","x":1}');
    const headed = pem('RSA ', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB12\n\nMIIEvQIB\n');
    expect(redacted(headed.slice(0, -20))).toBe('[key]');
  });

  it.each(['  | ', '> ', '12: ', '│ '])(
    'that are private are taken out with what is before their lines: %s',
    (gutter) => {
      const lines = pem().replaceAll(/^/gm, gutter);
      expect(redacted(lines)).toBe(`${gutter}[key]`);
      expect(redacted(lines.slice(0, -40))).toBe(`${gutter}[key]`);
    },
  );
});

describe('values that are named like secrets', () => {
  it.each([
    // Schemes and credentials.
    ['sent Bearer abc123.def~x= now', 'sent Bearer [key] now'],
    [String.raw`"a\nBearer abc123def"`, String.raw`"a\nBearer [key]"`],
    ['Authorization=Bearer%20abc123def&x=1', 'Authorization=[key]&x=1'],
    [`sent Basic ${btoa('anna:secret')}`, 'sent Basic [key]'],
    ['from https://anna:pass@w0rd@example.com/x', 'from https://[key]@example.com/x'],
    ['https://0123456789abcdef@example.com', 'https://[key]@example.com'],
    [String.raw`"https:\/\/anna:pw@example.com"`, String.raw`"https:\/\/[key]@example.com"`],
    // Headers, to the end of the line.
    ['authorization: Token abc def\nnext', 'authorization: [key]\nnext'],
    ['Authorization:     Bearer abc', 'Authorization:     [key]'],
    [
      'Authorization: Digest username="anna", realm="x", response="6629fae49393a053"\nnext',
      'Authorization: [key]\nnext',
    ],
    ['Authorization: ApiKey "abc def"', 'Authorization: [key]'],
    ['Proxy-Authorization: Basic abc', 'Proxy-Authorization: [key]'],
    ['Cookie: session=s3cr3tvalue; x=y', 'Cookie: [key]'],
    ['set-cookie: sid=s3cr3tvalue; Path=/', 'set-cookie: [key]'],
    ['  authorization: Bearer abc\n  accept: x', '  authorization: [key]\n  accept: x'],
    ['authorization: Bearer abc\n    at main (x.js:1)', 'authorization: [key]\n    at main (x.js:1)'],
    [`curl -H "Authorization: Bearer abc" https://x`, 'curl -H "Authorization: [key]" https://x'],
    ['Authorization%3A%20Bearer%20abc%0D%0Ax', 'Authorization%3A%20[key]%0D%0Ax'],
    // JSON, and JSON in JSON.
    ['{"Authorization":"Bearer abc"}', '{"Authorization":"[key]"}'],
    [String.raw`{\"Authorization\":\"Basic abc\"}`, String.raw`{\"Authorization\":\"[key]\"}`],
    [
      String.raw`{"log":"authorization: Digest username=\"anna\", realm=\"x\"\nnext","x":1}`,
      String.raw`{"log":"authorization: [key]\nnext","x":1}`,
    ],
    ['{"log":"authorization: Bearer abc","x":1}', '{"log":"authorization: [key]","x":1}'],
    ['{"apiKey": "a \\"b\\" c", "x": 1}', '{"apiKey": "[key]", "x": 1}'],
    [String.raw`{"password":"a\\","x":1}`, '{"password":"[key]","x":1}'],
    [String.raw`{\"client_secret\":\"a b\",\"x\":1}`, String.raw`{\"client_secret\":\"[key]\",\"x\":1}`],
    ['{"password":4711,"x":1}', '{"password":"[key]","x":1}'],
    ['{"secret":"abc', '{"secret":"[key]'],
    ['{"log":"password: ","x":"y"}', '{"log":"password: ","x":"y"}'],
    // Pairs.
    ["[ 'x-api-key', 'hunter2hunter2' ]", "[ 'x-api-key', '[key]' ]"],
    ['["accept","*/*","Authorization","Bearer abc"]', '["accept","*/*","Authorization","[key]"]'],
    [String.raw`[\"x-api-key\", \"hunter2\"]`, String.raw`[\"x-api-key\", \"[key]\"]`],
    ["['run', '--token', 'abc', '-v']", "['run', '--token', '[key]', '-v']"],
    ["Map(1) { 'authorization' => 'Bearer x' }", "Map(1) { 'authorization' => '[key]' }"],
    // Queries.
    ['https://x.example/?a=1&access_token=abc&b=2', 'https://x.example/?a=1&access_token=[key]&b=2'],
    ['x%3Faccess_token%3Dabc123def456%26b%3D2', 'x%3Faccess_token%3D[key]%26b%3D2'],
    ['https://x/?sv=2020&sig=abc%2Fdef1&b=2', 'https://x/?sv=2020&sig=[key]&b=2'],
    ['X-Amz-Signature=0123456789abcdef', 'X-Amz-Signature=[key]'],
    ['code_verifier=abc&grant_type=x', 'code_verifier=[key]&grant_type=x'],
    // Variables and settings.
    ['export GITHUB_TOKEN=abc PATH=/usr/bin', 'export GITHUB_TOKEN=[key] PATH=/usr/bin'],
    ['DB_PASSWORD=p(ss)w0rd,more&stuff X=1', 'DB_PASSWORD=[key] X=1'],
    [String.raw`{"env":"A_TOKEN=abc\nB=1","x":1}`, String.raw`{"env":"A_TOKEN=[key]\nB=1","x":1}`],
    ['//registry.npmjs.org/:_auth=YW5uYTpzZWNyZXQ=', '//registry.npmjs.org/:_auth=[key]'],
    ['//registry.npmjs.org/:_authToken=abc', '//registry.npmjs.org/:_authToken=[key]'],
    ['AccountKey=abc/def+ghi==;Endpoint=x', 'AccountKey=[key];Endpoint=x'],
    ['OPENAI_KEY=abc PRIVATE_KEY=def', 'OPENAI_KEY=[key] PRIVATE_KEY=[key]'],
    ['"sessionKey":"abc"', '"sessionKey":"[key]"'],
    ['password: hunter', 'password: [key]'],
    ['password: valid@123 DB_PASSWORD=none,but', 'password: [key] DB_PASSWORD=[key]'],
    ['secret:   correcthorse', 'secret:   [key]'],
    ['{ token: abc123, level: info }', '{ token: [key], level: info }'],
    ['(token=abc123)', '(token=[key])'],
    // Options.
    ['check.sh --api-key abc --verbose', 'check.sh --api-key [key] --verbose'],
    [`check.sh --auth-token 'a b' -v`, `check.sh --auth-token '[key]' -v`],
  ])('are made unreadable: %s', (text, expected) => {
    expect(redacted(text)).toBe(expected);
  });

  it('leave JSON what it is', () => {
    const pieces = fc.constantFrom(
      ...Object.values(KEYS),
      ...`token=|"password":"|authorization: Bearer |x-api-key|Cookie: a="b"|https://a:b@x/|--token |/home/bob|abc123|none|\\|"|\n| `.split(
        '|',
      ),
    );
    const names = fc.constantFrom('password', 'log', 'Authorization', 'set-cookie', 'name', 'value');
    const texts = fc.array(pieces, { maxLength: 3 }).map((parts) => parts.join(' x '));
    const values = fc.dictionary(names, fc.oneof(texts, fc.integer(), fc.array(texts, { maxLength: 2 })));
    fc.assert(
      fc.property(values, (value) => {
        const after: unknown = JSON.parse(redacted(JSON.stringify({ ...value })));
        expect(Object.keys(after as object)).toEqual(Object.keys({ ...value }));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('what is no secret', () => {
  it.each([
    'bearer token in static headers',
    'token: no token with initialize, GET',
    'has Authorization header: false',
    'Testing basic HTTP connectivity to http://127.0.0.1:1/mcp',
    'connect ECONNREFUSED http://127.0.0.1:8080',
    'connect ECONNREFUSED http://gateway:80…',
    'autocompact: tokens=[REDACTED] level=ok',
    '"input_tokens":12,"token_count":40,"max_tokens":4096',
    'token_ttl=3600 tokenCount=5 token=3',
    '{"apiKeySource":"ANTHROPIC_API_KEY","hasToken":true,"token":null}',
    'apiKeyHelper=/bin/x api_key_helper: none',
    'No token data found',
    'Invalid API key · Please run /login',
    'risk-assessment-of-a-long-name task-queue-of-a-long-name',
    'sk-learn-something-else-long-enough',
    'in sk-learn',
    'set npm_config',
    'https://www.npmjs.com/package/@anthropic-ai/claude-code?activeTab=versions',
    'git+ssh://git@github.com/x/y.git',
    'sha512-abcdefghijklmnopqrstuvwxyz0123456789+/token==',
    'mcp-session-id: 1868a90c-aaaa-bbbb-cccc-1234567890ab',
    // What a server says of its authorization, and a client of what became of it.
    'WWW-Authenticate: Bearer realm="mcp", error="invalid_token", resource_metadata="https://x/y"',
    'Bearer resource_metadata=https://x/.well-known/oauth-protected-resource',
    '{"error":"invalid_token","error_description":"The access token expired"}',
    'invalid_token: The access token expired',
    'token_endpoint="https://x/t" token_type=Bearer',
    '{"token_endpoint":"https://x/t","authorization_endpoint":"https://x/a"}',
    '{"token_endpoint_auth_methods_supported":["none","client_secret_post"]}',
    '{"bearer_methods_supported":["header"],"authorization_servers":["https://x1"]}',
    '{"grant_types_supported":["refresh_token","urn:ietf:params:oauth:grant-type:device_code"]}',
    '{"required":["api_key","name1"]}',
    '{"tokens":[{"id":1}],"secret":{"id":"x"},"password":[]}',
    'authorization: none',
    'authorization: required for this address',
    '{"authorization":"accepted"} authorization=refused',
    'token: expired',
    '{"token":"[REDACTED]","authorization":"***"}',
    'oauth password grant: password: not supported',
    'x-api-key: missing, cookie: none',
    'error: --token is required',
  ])('is left alone: %s', (text) => {
    expect(redacted(text)).toBe(text);
  });

  it('is known by the end of its name, in fields of every kind', () => {
    const names = ['x-api-key', 'GITHUB_TOKEN', 'clientSecret', 'Set-Cookie', 'sig', '_auth', 'private_key'];
    expect(names.filter(isSecretName)).toEqual(names);
    const others = [
      'token_endpoint',
      'tokenType',
      'TOKEN_URL',
      'apiKeyHelper',
      'tokens',
      'signal',
      'design',
      'author',
    ];
    expect(others.filter(isSecretName)).toEqual([]);
  });
});
