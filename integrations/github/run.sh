#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The step of action.yml: runs grapnel, keeps its reports, and tells the job what it came to.
set -euo pipefail

mkdir -p -- "$INPUT_REPORTS"
reports=$(cd -- "$INPUT_REPORTS" && pwd)
rm -f -- "$reports/report.json"

arguments=()
while IFS= read -r argument; do
  if [[ -n $argument ]]; then arguments+=("$argument"); fi
done <<<"$INPUT_ARGUMENTS"
if [[ $INPUT_PROBLEM_MATCHER == true ]]; then
  arguments+=(--no-github)
  echo "::add-matcher::$ACTION_PATH/problem-matcher.json"
fi

status=0
"$INPUT_GRAPNEL" "$INPUT_COMMAND" "${arguments[@]}" --report "json=$reports/report.json" \
  --report "html=$reports/report.html" --report "trace=$reports/trace.json" || status=$?

if [[ $INPUT_PROBLEM_MATCHER == true ]]; then
  echo "::remove-matcher owner=grapnel::"
  echo "::remove-matcher owner=grapnel-compiler::"
fi

# member NAME: of the whole command, which stands two spaces deep in report.json.
member() {
  if [[ -f $reports/report.json ]]; then
    sed -n "s/^  \"$1\": \"\{0,1\}\([a-z_]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$reports/report.json"
  fi
}
{
  echo "class=$(member class)"
  echo "retryable=$(member retryable)"
  echo "reports=$reports"
} >>"$GITHUB_OUTPUT"
exit "$status"
