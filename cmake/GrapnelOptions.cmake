# SPDX-License-Identifier: BSD-3-Clause
# project_options: how our own code is compiled and linked. Linked PRIVATE by own targets only, never exported.

add_library(project_options INTERFACE)
target_compile_features(project_options INTERFACE cxx_std_20)
target_compile_definitions(project_options INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

# libstdc++ as a shared library costs every process 0.45 ms at its start, more than spawning it.
set(GRAPNEL_STATIC_RUNTIME_FLAGS)
if(NOT GRAPNEL_SHARED)
  set(GRAPNEL_STATIC_RUNTIME_FLAGS -static-libstdc++ -static-libgcc)
endif()
target_link_options(project_options INTERFACE ${GRAPNEL_STATIC_RUNTIME_FLAGS})

set(GRAPNEL_SANITIZE_FLAGS)
if(GRAPNEL_SANITIZE)
  set(GRAPNEL_SANITIZE_FLAGS -fsanitize=${GRAPNEL_SANITIZE})
  target_compile_options(project_options INTERFACE
    ${GRAPNEL_SANITIZE_FLAGS} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # clang 14 cannot emit Asio's coroutines with the function sanitizer.
    $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fno-sanitize=function>
  )
  if(GRAPNEL_SANITIZE MATCHES "undefined")
    # It opens a pipe to look at memory, and takes every object for another one where descriptors are short, as some tests
    # have it.
    target_compile_options(project_options INTERFACE -fno-sanitize=vptr)
  endif()
  target_link_options(project_options INTERFACE ${GRAPNEL_SANITIZE_FLAGS})
endif()

if(GRAPNEL_LIBFUZZER)
  # Coverage for the fuzzers in everything that they call; only they link libFuzzer's main.
  target_compile_options(project_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(project_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(GRAPNEL_HARDENING)
  target_compile_options(project_options INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
  )
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|i.86)$")
    target_compile_options(project_options INTERFACE -fcf-protection)
  endif()
  target_link_options(project_options INTERFACE -Wl,-z,now -Wl,-z,relro)
endif()

# The presets of the sanitizers and of clang-tidy compile the sources of a target several at a time (CMAKE_UNITY_BUILD),
# which takes half as long, clang-tidy a quarter. dev and release do so with tests alone: there each source of ours includes
# what it needs.
#
# grapnel_alone(TARGET FILE...): sources whose own names mean something else in others of the target.
function(grapnel_alone target)
  set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
