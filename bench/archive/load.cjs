// Loads the bundle that its argument names, as Lambda does at a cold start, and prints how many milliseconds it took.
const began = performance.now();
require(process.argv[2]);
process.stdout.write(String(performance.now() - began));
