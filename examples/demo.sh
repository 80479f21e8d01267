#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs grapnel into a temporary prefix, runs the hooks of an application of five packages, starts the
# application, and then breaks it three ways. Then builds the wheel of a Python package, by itself and through
# hatchling, and imports what is in it. Usage: demo.sh BUILD_DIR
set -euo pipefail

build=$(cd "$1" && pwd)
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/grapnel demo.XXXXXX")
trap 'rm -rf "$work"' EXIT

step() { printf '\n== %s\n' "$1"; }
show() { # show COMMAND...: says what runs, and runs it
  printf '$'
  printf ' %s' "${@/#"$work"/"<work>"}"
  printf '\n'
  "$@"
}
# expect CODE COMMAND...: runs a command that has to end with exit code CODE
expect() {
  local code=0 want=$1
  shift
  show "$@" || code=$?
  if [ "$code" -ne "$want" ]; then
    printf 'demo: exit code %s, expected %s\n' "$code" "$want" >&2
    exit 1
  fi
  printf 'exit code %s\n' "$code"
}

step "install grapnel"
cmake --install "$build" --prefix "$work/prefix" > /dev/null
grapnel=$work/prefix/bin/grapnel
show "$grapnel" --version

step "run the build and link hooks of the application's five packages"
cp -R "$examples/almanac" "$work/almanac"
cd "$work/almanac/app"
expect 0 "$grapnel" build --link --bundle "$work/bundle" --result "$work/result.json"
cat "$work/bundle/assets.json"

step "build the application and start it: it loads its libraries and data through assets.json"
cmake -S . -B "$work/application" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" > /dev/null
cmake --build "$work/application" > /dev/null
show "$work/application/almanac" "$work/bundle"

# broken NAME CODE WHAT: the application with one file replaced
broken() {
  step "$3"
  rm -rf "$work/broken"
  cp -R "$work/almanac" "$work/broken"
  cp -R "$examples/almanac-broken/$1/." "$work/broken/"
  cd "$work/broken/app"
  expect "$2" "$grapnel" build --link
}
broken compile_error 1 "break it: a compile error in the C file is a build failure"
broken download 2 "break it: a download from a closed port is an infra failure"
broken exception 255 "break it: an exception that says nothing is uncategorized"

python=/usr/bin/python3 # Debian's, which has hatchling
pip_install() { "$python" -m pip install --quiet --no-index --no-deps --no-cache-dir --root-user-action=ignore "$@"; }
members() { "$python" -m zipfile --list "$1" | sed -E '1d; s/ +[-0-9]+ [:0-9]+ +[0-9]+ *$//' | sort; }

step "build a Python package: a hook in C++ compiles its library into the wheel"
cp -R "$examples/python_package" "$work/python_package"
cd "$work/python_package"
expect 0 "$grapnel" target build -d "$work/by grapnel"

step "build it with Python's own tools: hatchling runs the same hook through the plugin hatch-grapnel"
cp -R "$examples/../integrations/hatch" "$work/hatch-grapnel"
pip_install --no-build-isolation --target "$work/plugins" "$work/hatch-grapnel"
export PYTHONPATH=$work/plugins GRAPNEL=$grapnel
expect 0 "$python" -m build -n -x -o "$work/by build"
expect 0 "$python" -m hatchling build -t wheel -d "$work/by hatchling"
unset PYTHONPATH GRAPNEL

step "compare the wheels"
members "$work/by grapnel/"*.whl | tee "$work/members"
for by in build hatchling; do
  members "$work/by $by/"*.whl | diff "$work/members" - # fails where they differ
  printf 'the wheel by %s has the same members\n' "$by"
done

step "install the wheel and import it"
pip_install --target "$work/installed" "$work/by grapnel/"*.whl
cd "$work"
PYTHONPATH=$work/installed show "$python" -c 'import tally_demo; print(tally_demo.count_words("one two three"))'

step "done"
