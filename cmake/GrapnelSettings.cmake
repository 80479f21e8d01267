# SPDX-License-Identifier: BSD-3-Clause
# Everything that a person may set, and where the build puts its files.

option(GRAPNEL_SHARED "Build shared libraries and link Debian's shared ones (for packagers)" OFF)
option(GRAPNEL_WERROR "Treat warnings as errors" OFF)
option(GRAPNEL_HARDENING "Compile and link with the hardening flags" OFF)
option(GRAPNEL_PCH "Use precompiled headers" ON)
option(GRAPNEL_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(GRAPNEL_BENCHMARKS "Offer the target grapnel_bench" OFF)
option(GRAPNEL_LINT "Prepare for clang-tidy alone: all sources are read several at a time" OFF)
option(GRAPNEL_LIBFUZZER "Link the fuzzers to libFuzzer instead of a main that replays files" OFF)
set(GRAPNEL_SANITIZE "" CACHE STRING "Argument of -fsanitize=, for example address,undefined or thread")

# Not lib/<triplet>: the runner finds the SDK at a fixed place below its prefix.
set(GRAPNEL_LIBDIR lib CACHE STRING "Directory of the libraries below the prefix")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

# A hook may be linked into a position-independent executable or a library; the archive must fit both.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "grapnel needs g++ 12 or newer, this is ${CMAKE_CXX_COMPILER_VERSION}")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR "grapnel needs clang 14 or newer, this is ${CMAKE_CXX_COMPILER_VERSION}")
endif()
