import './home.js';

export * from '../dist/bundle/index.js';
