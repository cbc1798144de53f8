#!/usr/bin/env node
import './home.js';

process.exitCode = await (await import('../dist/bundle/main.js')).main(process.argv.slice(2));
