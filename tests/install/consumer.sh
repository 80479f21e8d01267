#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# consumer.sh install | cmake COMPONENT | pkgconfig COMPONENT | front_end | no_components
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
hooks_prefix="$GRAPNEL_WORK_DIR/hooks prefix"
full_prefix="$GRAPNEL_WORK_DIR/full prefix"

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# prefix COMPONENT: the hooks are tested against a prefix that holds component hooks alone.
prefix() {
  if [[ $1 == hooks ]]; then printf '%s' "$hooks_prefix"; else printf '%s' "$full_prefix"; fi
}

# check COMPONENT PROGRAM: it runs, knows the version, and needs no library beyond libc's.
check() {
  local component=$1 program=$2 needed
  [[ $(LD_LIBRARY_PATH="$(prefix "$component")/lib" "$program") == "$GRAPNEL_VERSION" ]] || fail "$program printed '$("$program")', not $GRAPNEL_VERSION"
  needed=$(objdump -p "$program" | awk '$1 == "NEEDED" { print $2 }')
  if [[ $component == hooks ]] && grep -E 'boost|ssl|crypto|fmt|libmd' <<<"$needed"; then
    fail "$program needs the libraries above"
  fi
  if [[ $component == hooks ]]; then
    local status=0
    LD_LIBRARY_PATH="$(prefix hooks)/lib" "$program" "--config=$GRAPNEL_WORK_DIR/missing.json" || status=$?
    [[ $status -eq 255 ]] || fail "without its input the hook ended with $status, not 255"
  fi
}

# check_staged PROGRAM: a staged hook says what it is for, and runs a stage.
check_staged() {
  local program=$1 work="$1 work" status=0
  LD_LIBRARY_PATH="$hooks_prefix/lib" "$program" || status=$?
  [[ $status -eq 64 ]] || fail "started by hand the staged hook ended with $status, not 64"
  rm -rf -- "$work"
  mkdir -- "$work"
  cat >"$work/input.json" <<EOF
{"assets": {}, "out_dir_shared": "$work/shared/", "out_file": "$work/output.json", "package_name": "demo",
 "package_root": "$work/", "config": {"build_asset_types": [], "linking_enabled": false, "extensions": {"build_target": {
  "stage": "initialize", "hook": {"name": "tables"}, "target_name": "wheel", "version": "standard",
  "directory": "$work/dist", "work_dir": "$work/work", "build_data": {}}}}}
EOF
  status=0
  LD_LIBRARY_PATH="$hooks_prefix/lib" "$program" "--config=$work/input.json" || status=$?
  [[ $status -eq 0 ]] || fail "the staged hook ended with $status, not 0"
  grep -qF '"demo/tables.bin"' "$work/output.json" || fail "the staged hook has forced no file"
}

# check_cost SOURCE FLAGS...: what includes a header of the SDK does not pay for the standard library's large ones.
check_cost() {
  local source=$1
  shift
  if "$CXX" -std=c++20 -M "$source" "$@" | tr ' ' '\n' |
    grep -E '/c\+\+/[0-9.]+/(algorithm|chrono|functional|iostream|memory|regex)$'; then
    fail "${source##*/} is compiled with the headers above"
  fi
}

configure() {
  local component=$1 source=$2 build=$3
  shift 3
  "$GRAPNEL_CMAKE" -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_PREFIX_PATH="$(prefix "$component")" -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF "$@"
}

case $1 in
  install)
    rm -rf -- "$GRAPNEL_WORK_DIR"
    "$GRAPNEL_CMAKE" --install "$GRAPNEL_BUILD_DIR" --component hooks --prefix "$hooks_prefix"
    [[ ! -e $hooks_prefix/bin && ! -e $hooks_prefix/include/grapnel ]] || fail "component hooks holds more than the SDK"
    # Moved after the install: a prefix does not know its own path.
    "$GRAPNEL_CMAKE" --install "$GRAPNEL_BUILD_DIR" --prefix "$GRAPNEL_WORK_DIR/before"
    mv -- "$GRAPNEL_WORK_DIR/before" "$full_prefix"
    if grep -rIlF -- "$GRAPNEL_BUILD_DIR" "$full_prefix" --include='*.cmake' --include='*.pc' --include='*.txt'; then
      fail "the files above name the build tree"
    fi
    [[ -s $full_prefix/share/doc/grapnel/LICENSE ]] || fail "no LICENSE is installed"
    [[ -s $full_prefix/share/grapnel/hook-flags.txt ]] || fail "no hook-flags.txt is installed"
    "$full_prefix/bin/grapnel" --version | grep -F -- "$GRAPNEL_VERSION"
    ;;
  cmake)
    build="$GRAPNEL_WORK_DIR/$2 with cmake"
    options=()
    if [[ $2 == hooks ]]; then
      for package in Boost OpenSSL fmt tl-expected CLI11 Threads; do
        options+=("-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON")
      done
    fi
    configure "$2" "$here/$2" "$build" "${options[@]}"
    "$GRAPNEL_CMAKE" --build "$build"
    check "$2" "$build/consumer"
    if [[ $2 == hooks ]]; then check_staged "$build/staged"; fi
    ;;
  pkgconfig)
    build="$GRAPNEL_WORK_DIR/$2 with pkgconfig"
    mkdir -p -- "$build"
    PKG_CONFIG_PATH="$(prefix "$2")/lib/pkgconfig"
    export PKG_CONFIG_PATH
    [[ $(pkg-config --modversion "grapnel-$2") == "$GRAPNEL_VERSION" ]] || fail "pkg-config tells another version"
    # eval, as pkg-config quotes for a shell: the path has a space.
    eval "flags=($(pkg-config --cflags --libs "grapnel-$2"))"
    "$CXX" -std=c++20 "$here/$2/main.cpp" -o "$build/consumer" "${flags[@]}"
    check "$2" "$build/consumer"
    if [[ $2 == hooks ]]; then
      check_cost "$here/hooks/staged.cpp" "${flags[@]}"
      "$CXX" -std=c++20 "$here/hooks/staged.cpp" -o "$build/staged" "${flags[@]}"
      check_staged "$build/staged"
    fi
    ;;
  front_end)
    # The example of a front end; what it says to a hookd is what it was told.
    build="$GRAPNEL_WORK_DIR/front end"
    hookd=(--daemon /usr/bin/python3 --daemon -I --daemon "$here/../daemon/fake_hookd.py")
    configure runner "$here/../../examples/daemon" "$build"
    "$GRAPNEL_CMAKE" --build "$build"
    status=0
    "$build/front_end" "$build" || status=$?
    [[ $status -eq 64 ]] || fail "a wrong command line ended with $status, not 64"
    printed=$("$build/front_end" "${hookd[@]}" --daemon seed --metadata-directory m "$build" b:o build_wheel 'a dir' '{"a": 1}')
    [[ $printed == "['run', 'b:o', 'build_wheel', 'a dir', '{\"a\": 1}', 'm']" ]] || fail "it said $printed"
    printed=$("$build/front_end" "${hookd[@]}" --daemon later --protocol 2 --backend-path in \
      "$build" b get_requires_for_build_sdist '' 2>/dev/null | tr '\n' ,)
    [[ $printed == 'run,b,in,get_requires_for_build_sdist,,' ]] || fail "it said $printed"
    status=0
    "$build/front_end" "${hookd[@]}" --daemon seed "$build" raises build_sdist d >"$build/out" 2>"$build/err" || status=$?
    [[ $status -eq 1 && ! -s $build/out ]] || fail "a hook that raises ended with $status, not 1"
    grep -qx 'HookRuntimeError: a message' "$build/err" || fail "it did not say why"
    status=0
    "$build/front_end" --daemon /bin/false "$build" b build_sdist d || status=$?
    [[ $status -eq 2 ]] || fail "without a hookd it ended with $status, not 2"
    ;;
  no_components)
    # Whatever is installed: the hooks alone, or both.
    configure hooks "$here/no_components" "$GRAPNEL_WORK_DIR/none of hooks" -DEXPECT_RUNNER=OFF
    configure runner "$here/no_components" "$GRAPNEL_WORK_DIR/none of both" -DEXPECT_RUNNER=ON
    ;;
  *) fail "unknown: $1" ;;
esac
