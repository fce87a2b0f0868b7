import { buildApp } from './build-app.ts';

/** Before the tests of what was built: once for all of them, or they would build over each other. */
export default buildApp;
