# SPDX-License-Identifier: BSD-3-Clause
# One INTERFACE target for each library that we use, with the settings that every source must share. A room links what it
# needs in its own CMakeLists.txt, and keeps the heavy ones (Asio, CLI11, RapidJSON's document.h) in few sources.
#
#   grapnel_rapidjson   include "hooks_api/base/rapidjson.hpp", never <rapidjson/...> itself
#   grapnel_boost       Asio; Boost.Process v2 through "runner/process/boost_process.hpp"; headers only
#   grapnel_fmt         fmt, headers only
#   grapnel_expected    tl::expected
#   grapnel_cli11       for runner/cli only
#   grapnel_libarchive  archive.h for runner/dist/libarchive.hpp only, which loads the library when it needs it
#   grapnel_libmd       SHA-256 for the SDK
#   grapnel_tomlplusplus  for runner/workspace/grapnel_toml.cpp only; headers only
#   grapnel_xxhash        for runner/cache only; headers only
#   grapnel_yaml_cpp      for runner/workspace/yaml.cpp only
#   grapnel_pcre2_8       for runner/base/regex.cpp only
#   grapnel_deflate       libdeflate, and
#   grapnel_z             zlib, both for runner/dist/zip.cpp only

find_package(Threads REQUIRED)

find_path(GRAPNEL_RAPIDJSON_INCLUDE rapidjson/document.h REQUIRED)
add_library(grapnel_rapidjson INTERFACE)
target_include_directories(grapnel_rapidjson SYSTEM INTERFACE "${GRAPNEL_RAPIDJSON_INCLUDE}")

# grapnel_rapidjson_sources(TARGET FILE...): the sources of this room that include RapidJSON. Its stack computes null + 16
# on every parse, which clang's pointer-overflow check ends the process for.
function(grapnel_rapidjson_sources target)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:grapnel_rapidjson>)
  if(GRAPNEL_SANITIZE MATCHES "undefined")
    set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES
      COMPILE_OPTIONS "-fno-sanitize=pointer-overflow"
    )
  endif()
endfunction()

find_package(Boost 1.81 REQUIRED)
add_library(grapnel_boost INTERFACE)
target_link_libraries(grapnel_boost INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(grapnel_boost INTERFACE
  BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_SEPARATE_COMPILATION  # compiled once, in runner/process/asio.cpp
  BOOST_PROCESS_USE_STD_FS         # Boost.Process v2 without Boost.Filesystem, so Boost is headers only
)

# grapnel_asio_sources(TARGET FILE...): the sources of this room that include Asio. They bring so much of their own that
# our precompiled header would only cost them time, and g++ sees null pointers in Asio's executors when it optimises. Where
# several sources are compiled at a time (which g++ does without optimising), all that would keep these out.
function(grapnel_asio_sources target)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:grapnel_boost>)
  if(NOT CMAKE_UNITY_BUILD)
    set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES
      COMPILE_OPTIONS "-Wno-null-dereference"
      SKIP_PRECOMPILE_HEADERS ON
    )
  endif()
endfunction()

find_package(fmt REQUIRED)
add_library(grapnel_fmt INTERFACE)
target_link_libraries(grapnel_fmt INTERFACE fmt::fmt-header-only)

find_package(tl-expected REQUIRED)
add_library(grapnel_expected INTERFACE)
target_link_libraries(grapnel_expected INTERFACE tl::expected)

find_package(CLI11 REQUIRED)
add_library(grapnel_cli11 INTERFACE)
target_link_libraries(grapnel_cli11 INTERFACE CLI11::CLI11)

# SHA-256: the one object of libmd that the SDK needs goes into our archive, so that a hook needs no libmd.
find_path(GRAPNEL_LIBMD_INCLUDE sha256.h REQUIRED)
add_library(grapnel_libmd INTERFACE)
target_include_directories(grapnel_libmd SYSTEM INTERFACE "${GRAPNEL_LIBMD_INCLUDE}")
if(GRAPNEL_SHARED)
  find_library(GRAPNEL_LIBMD_LIBRARY md REQUIRED)
  target_link_libraries(grapnel_libmd INTERFACE "${GRAPNEL_LIBMD_LIBRARY}")
else()
  find_library(GRAPNEL_LIBMD_ARCHIVE libmd.a REQUIRED)
  set(GRAPNEL_LIBMD_OBJECT "${PROJECT_BINARY_DIR}/libmd/sha2.o")
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/libmd")
  add_custom_command(
    OUTPUT "${GRAPNEL_LIBMD_OBJECT}"
    COMMAND "${CMAKE_AR}" x "${GRAPNEL_LIBMD_ARCHIVE}" sha2.o
    DEPENDS "${GRAPNEL_LIBMD_ARCHIVE}"
    WORKING_DIRECTORY "${PROJECT_BINARY_DIR}/libmd"
    COMMENT "Taking sha2.o out of libmd.a"
    VERBATIM
  )
endif()

find_path(GRAPNEL_LIBARCHIVE_INCLUDE archive.h REQUIRED)
add_library(grapnel_libarchive INTERFACE)
target_include_directories(grapnel_libarchive SYSTEM INTERFACE "${GRAPNEL_LIBARCHIVE_INCLUDE}")

find_path(GRAPNEL_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
add_library(grapnel_tomlplusplus INTERFACE)
target_include_directories(grapnel_tomlplusplus SYSTEM INTERFACE "${GRAPNEL_TOMLPLUSPLUS_INCLUDE}")

find_path(GRAPNEL_XXHASH_INCLUDE xxhash.h REQUIRED)
add_library(grapnel_xxhash INTERFACE)
target_include_directories(grapnel_xxhash SYSTEM INTERFACE "${GRAPNEL_XXHASH_INCLUDE}")

# grapnel_runner_library(NAME HEADER DEBIAN_PACKAGE): the target grapnel_NAME for libNAME of the package. Its archive, so
# that the executable needs libc alone. Whoever links our static runner library links it too, by the flag that the
# installed target and grapnel-runner.pc have: a program with libNAME.so would load it at each start.
set(GRAPNEL_RUNNER_LIBRARIES "")   # targets
set(GRAPNEL_RUNNER_ARCHIVES "")    # libNAME.a
set(GRAPNEL_RUNNER_PACKAGES "")    # Debian's, in the same order
function(grapnel_runner_library name header package)
  string(MAKE_C_IDENTIFIER "grapnel_${name}" target)
  string(TOUPPER "${target}" variable)
  find_path(${variable}_INCLUDE "${header}" REQUIRED)
  if(GRAPNEL_SHARED)
    find_library(${variable}_LIBRARY "${name}" REQUIRED)
  else()
    find_library(${variable}_LIBRARY "lib${name}.a" REQUIRED)
    list(APPEND GRAPNEL_RUNNER_ARCHIVES "lib${name}.a")
    list(APPEND GRAPNEL_RUNNER_PACKAGES "${package}")
  endif()
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE "${${variable}_INCLUDE}")
  target_link_libraries(${target} INTERFACE "${${variable}_LIBRARY}")
  list(APPEND GRAPNEL_RUNNER_LIBRARIES ${target})
  set(GRAPNEL_RUNNER_LIBRARIES "${GRAPNEL_RUNNER_LIBRARIES}" PARENT_SCOPE)
  set(GRAPNEL_RUNNER_ARCHIVES "${GRAPNEL_RUNNER_ARCHIVES}" PARENT_SCOPE)
  set(GRAPNEL_RUNNER_PACKAGES "${GRAPNEL_RUNNER_PACKAGES}" PARENT_SCOPE)
endfunction()
grapnel_runner_library(yaml-cpp yaml-cpp/yaml.h libyaml-cpp-dev)
grapnel_runner_library(pcre2-8 pcre2.h libpcre2-dev)
grapnel_runner_library(deflate libdeflate.h libdeflate-dev)
grapnel_runner_library(z zlib.h zlib1g-dev)
list(TRANSFORM GRAPNEL_RUNNER_ARCHIVES PREPEND "-l:" OUTPUT_VARIABLE GRAPNEL_RUNNER_ARCHIVE_FLAGS)
