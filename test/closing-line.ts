import type { Reporter, TestModule } from 'vitest/node';

/** The last line of a run, for whoever reads only that: `N passed, N failed`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0;
    // An error outside every test is a failure too.
    let failed = unhandled.length;
    for (const module of modules) {
      const before = failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
      }
      // A file that did not load, or a hook that failed, where no test of it did.
      if (module.state() === 'failed' && failed === before) failed++;
    }
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }
}
