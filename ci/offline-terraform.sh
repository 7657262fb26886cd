#!/usr/bin/env bash
# Runs every stack of every environment, and of one that uses every option (ci/fixture-app.ts), through the real
# Terraform, against a stand-in for the AWS provider: init, validate, plan, apply, a second plan that must be empty,
# and destroy, which protection of a database or bucket must refuse. ci/planned-changes.ts shows in between what an edit
# changes. Then ci/prepared-changes.ts shows what reviewers see of a change, and what a deploy refuses.
# Usage: ci/offline-terraform.sh <path of terraform-offline> [--comments | --write-comments]
# --comments: only ci/prepared-changes.ts; --write-comments: the same, and write its page instead of comparing it.
# Needs node, terraform and the installed packages. Works in temporary copies of the project and removes them.
set -euo pipefail

usage() {
  echo "usage: $0 <path of terraform-offline> [--comments | --write-comments]" >&2
  exit 2
}
[ $# -eq 1 ] || [[ $# -eq 2 && $2 =~ ^--(write-)?comments$ ]] || usage
only=${2:-}
terraform=$(readlink -f "$1")
[ -x "$terraform" ] || { echo "$0: no such program: $1" >&2; exit 2; }
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

work=$(mktemp -d)
finish() {
  kill $(jobs -p) 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap finish EXIT
export STATE_BACKEND=local

# The rest of a part's process works in a copy of its own: parts run side by side, and edit files.
in_copy() { # name of the part
  log=$work/$1.log
  copy=$work/$1
  mkdir "$copy"
  tar -C "$project" --exclude=./node_modules --exclude=./.git --exclude=./cdktf.out --exclude='*.tfstate*' -cf - . | tar -C "$copy" -xf -
  ln -s "$project/node_modules" "$copy/node_modules"
  cd "$copy"
}

# Prints one line, and what the program said only where it is not as expected.
step() { # stack, step, expected exit code, program with arguments
  local stack=$1 name=$2 expected=$3 code=0
  shift 3
  "$@" >"$log" 2>&1 || code=$?
  if [ "$code" -ne "$expected" ]; then
    echo "$stack $name FAILED (exit code $code, expected $expected)"
    cat "$log"
    exit 1
  fi
  echo "$stack $name ok"
}

# A destroy is right when nothing stands in its way but the protection of a database or bucket.
destroy() { # stack
  local stack=$1
  if "$terraform" destroy -auto-approve -input=false -no-color >"$log" 2>&1; then
    if grep -q '"\(deletion_protection\|prevent_destroy\)": true' cdk.tf.json; then
      echo "$stack destroy FAILED (protection did not refuse it)"
      exit 1
    fi
    echo "$stack destroy ok"
  elif grep -qi 'deletion.\?protection\|prevent_destroy' "$log"; then
    echo "$stack destroy refused by its protection, as it should be"
  else
    echo "$stack destroy FAILED"
    cat "$log"
    exit 1
  fi
}

# Stacks of a synthesized app, in the order of their dependencies.
in_order() { # folder of the app
  node --require tsx/cjs -e '
    const { stacks } = require("./ci/plan/synthesized-app.ts").readApp(process.argv[1]);
    for (const { name } of stacks) console.log(name);
  ' "$1"
}

# In a process of its own, so that CDKTF_OUTDIR and the folder are as before afterwards.
through_life() ( # name, command of the app, what to run once everything is applied
  local name=$1 order stack reversed= json
  export CDKTF_OUTDIR=$copy/cdktf.out
  NODE_OPTIONS="--require tsx/cjs --require ./ci/hcl.ts" step "$name" synth 0 bash -c "$2"
  order=$(in_order "$CDKTF_OUTDIR")
  for stack in $order; do
    reversed="$stack $reversed"
    json=$CDKTF_OUTDIR/stacks/$stack
    cd "$json"
    step "$stack" init 0 "$terraform" init -input=false -no-color
    step "$stack" validate 0 "$terraform" validate -no-color
    step "$stack" plan 0 "$terraform" plan -input=false -no-color -out=plan.tfplan
    step "$stack" apply 0 "$terraform" apply -input=false -no-color plan.tfplan
    step "$stack" "second plan, empty" 0 "$terraform" plan -input=false -no-color -detailed-exitcode
    # With the provider and backend that init found for the JSON: they are the same.
    cd "$CDKTF_OUTDIR/hcl/$stack"
    cp "$json/.terraform.lock.hcl" .
    TF_DATA_DIR=$json/.terraform step "$stack" "plan of HCL, empty" 0 "$terraform" plan -input=false -no-color -detailed-exitcode
  done
  cd "$copy"
  "${3:-true}"
  for stack in $reversed; do
    cd "$CDKTF_OUTDIR/stacks/$stack"
    destroy "$stack"
  done
  echo "$name: $(wc -w <<<"$order") stacks: validated, planned, applied, planned empty, as HCL too"
)

planned_changes() {
  node --import tsx ci/planned-changes.ts "$terraform"
}

# With the CLI of cdktf, which runs Terraform itself.
prepared_changes() {
  eval "$("$terraform" env)"
  node --import tsx ci/prepared-changes.ts "$@"
}

if [ -n "$only" ]; then
  in_copy comments
  if [ "$only" = --write-comments ]; then prepared_changes --write "$project"; else prepared_changes; fi
  exit
fi

shipped_environments() {
  in_copy shipped
  through_life "shipped environments" "$(node -p 'require("./cdktf.json").app')"
  prepared_changes
}

every_option() {
  in_copy every-option
  through_life "every option" "node --require tsx/cjs ci/fixture-app.ts" planned_changes
}

# Each keeps one core busy.
shipped_environments >"$work/output" 2>&1 &
shipped=$!
status=0
every_option &
wait $! || status=$?
wait "$shipped" || status=$?
cat "$work/output"
exit "$status"
