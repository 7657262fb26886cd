#!/usr/bin/env bash
# Shows a file on the page of a workflow's run: the first of those given that is there and that a step's summary takes,
# which is 1 MiB; of the last one at least its beginning. None there: nothing is shown, since what should have made it
# has failed already.
# Usage: ci/github/summary.sh <file>...
set -euo pipefail
most=$((1024 * 1024))

for file in "$@"; do
  [ -f "$file" ] || continue
  [ "$(wc -c <"$file")" -gt "$most" ] || break
done
if [ -f "${file:?usage: $0 <file>...}" ]; then
  head -c "$most" "$file" >>"$GITHUB_STEP_SUMMARY"
fi
