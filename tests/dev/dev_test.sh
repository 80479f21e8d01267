#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# dev_test.sh SOURCE_DIR: runs a copy of ./dev where dpkg-query, apt-get, id, sudo, cmake and ctest are stand-ins that write
# down how they were called. FAKE_MISSING: packages that are not there; FAKE_REMOVES: what apt would remove; FAKE_UID.
set -euo pipefail

space=$(mktemp -d "${TMPDIR:-/tmp}/grapnel dev é.XXXXXX")
trap 'rm -rf -- "$space"' EXIT
mkdir "$space/bin" "$space/tree"
cp "$1/dev" "$space/tree/dev"
export CALLS="$space/calls"

fake() {
  { printf '#!/bin/bash\nname=%q\n' "$1"; cat; } >"$space/bin/$1"
  chmod +x "$space/bin/$1"
}

fake dpkg-query <<'EOF'
for package; do :; done  # the last argument
if [[ " ${FAKE_MISSING:-} " == *" $package "* && ! -e $CALLS.installed ]]; then exit 1; fi
printf 'installed'
EOF
fake apt-get <<'EOF'
echo "$name $*" >>"$CALLS"
case " $* " in
  *" -s "*) for package in ${FAKE_REMOVES:-}; do echo "Remv $package [1.74.0.3]"; done ;;
  *" install "*) touch "$CALLS.installed" ;;
esac
EOF
fake id <<<'echo "${FAKE_UID:-0}"'
fake sudo <<<'echo "$name $*" >>"$CALLS"; exec "$@"'
for tool in cmake ctest; do fake "$tool" <<<'echo "$name $*" >>"$CALLS"'; done

failures=0
# run ARGUMENT...: ./dev with them; sets status, output and calls.
run() {
  rm -f "$CALLS" "$CALLS.installed"
  touch "$CALLS"
  status=0
  output=$(PATH="$space/bin:${run_path:-/usr/bin:/bin}" "$BASH" "$space/tree/dev" "$@" 2>&1 </dev/null) || status=$?
  calls=$(<"$CALLS")
}
# check WHAT CONDITION...
check() {
  local what=$1
  shift
  if ! "$@"; then
    printf 'FAILED: %s\n--- exit code %s, output:\n%s\n--- calls:\n%s\n' "$what" "$status" "$output" "$calls" >&2
    failures=$((failures + 1))
  fi
}
exits() { [[ $status -eq $1 ]]; }
says() { [[ $output == *"$1"* ]]; }
calls() { [[ $calls == *"$1"* ]]; }
calls_not() { [[ $calls != *"$1"* ]]; }
called_times() { [[ $(grep -c -- "$2" "$CALLS") -eq $1 ]]; }

run build
check "nothing missing: apt-get is not called" calls_not apt-get
check "build configures the release" calls "cmake --preset release"
check "build succeeds" exits 0

FAKE_MISSING="cmake libmd-dev doxygen" run build
check "what is missing is named" says "missing Debian packages: cmake libmd-dev"
check "one apt-get update" called_times 1 "apt-get.* update"
check "it is simulated first" calls "apt-get -s install --no-install-recommends cmake libmd-dev"
check "it is installed, never removing" calls "install --no-install-recommends --no-remove cmake libmd-dev"
check "root needs no sudo" calls_not sudo
check "then it builds" calls "cmake --build"

FAKE_MISSING=clang run build
check "the release needs no clang" calls_not apt-get
FAKE_MISSING=clang run test asan
check "asan needs clang" calls "--no-remove clang"
check "test runs ctest" calls "ctest --preset asan"

FAKE_MISSING=libboost1.81-dev FAKE_REMOVES="libboost-dev libboost1.74-dev" run build
check "a conflict is named" says "would remove: libboost-dev libboost1.74-dev"
check "a conflict stops" exits 1
check "a conflict installs nothing" calls_not "--no-remove"
check "a conflict builds nothing" calls_not "cmake"

FAKE_MISSING=cmake FAKE_UID=1000 run build
check "not root: through sudo" calls "sudo apt-get"
check "not root: the install too" calls "sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y install"

run test -- -R outcome
check "the rest goes to ctest" calls "-R outcome"
check "test takes dev" calls "ctest --preset dev"
run test release
check "release has no tests" exits 1
check "test presets are named" says "dev, asan and tsan"
run soak
check "soak runs the long loops" calls "ctest --preset dev -L faults|soak|property"
check "soak succeeds" exits 0
run build nosuch
check "unknown preset" exits 1
run frobnicate
check "unknown subcommand" exits 1
check "unknown subcommand is named" says "frobnicate"
run help
check "help" says "./dev demo"
check "help exits 0" exits 0

[[ $failures -eq 0 ]] || exit 1
echo "all passed"
