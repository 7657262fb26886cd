const { default: Sequencer } = require("@jest/test-sequencer");

/** By a part of their path, the longest first. */
const LONGEST = [
  "lambda/crash-",
  "lambda/concurrency",
  "lambda/load",
  "lambda/recovery",
  "ci/plan/programs",
  "local/main",
];

/**
 * Begins with the files that take longest, so that none of them runs alone in the end. Jest goes by the times of its
 * last run, and so does not know it on a machine that has had none; by size it would begin the crash tests last.
 */
module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => LONGEST.findIndex((part) => path.includes(part)) + 1 || LONGEST.length + 1;
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
};
