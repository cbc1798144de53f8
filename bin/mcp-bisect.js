#!/usr/bin/env node
process.exitCode = await (await import('../dist/bundle/main.js')).main(process.argv.slice(2));
