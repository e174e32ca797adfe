// One line per test and an honest closing line: what did not pass has failed, also when it never ran.

export default class Reporter {
  #tests = [];

  onBegin(_config, suite) {
    this.#tests = suite.allTests();
    console.log(`running ${this.#tests.length} tests with Chromium`);
  }

  onTestEnd(test, result) {
    const name = test.titlePath().slice(2).join(' › ');
    console.log(`${result.status === 'passed' ? 'ok  ' : 'FAIL'} ${name} (${result.duration} ms)`);
    for (const { message, stack } of result.errors) console.log(indented(stack ?? message));
  }

  onError({ message, stack }) {
    console.log(indented(stack ?? message));
  }

  onStdErr(chunk) {
    process.stderr.write(chunk); // the node's log
  }

  onEnd() {
    const passed = this.#tests.filter(test => test.results.at(-1)?.status === 'passed').length;
    console.log(`${passed} passed, ${this.#tests.length - passed} failed`);
  }

  printsToStdio() {
    return true;
  }
}

const indented = text => text.split('\n').map(line => `     ${line}`).join('\n');
