#!/usr/bin/env bash
# Shows a file on the page of a workflow's run: the first of those given that a step's summary takes, which is 1 MiB, or
# else the beginning of the last one. Files that are not there are left out: what makes them has failed, and said why.
# Usage: ci/github/summary.sh <file>...
set -euo pipefail
most=$((1024 * 1024))

shown=
for file in "$@"; do
  [ -f "$file" ] || continue
  shown=$file
  [ "$(wc -c <"$file")" -gt "$most" ] || break
done
if [ -n "$shown" ]; then
  head -c "$most" "$shown" >>"$GITHUB_STEP_SUMMARY"
fi
