# SPDX-License-Identifier: BSD-3-Clause
# For tests and benchmarks.
#
# grapnel_add_test(NAME SOURCES FILE... LIBRARIES TARGET... [LABELS LABEL...] [TIMEOUT SECONDS] [RUN_SERIAL] [NO_PCH])
#   One GoogleTest executable; ctest runs each of its tests as a process of its own, all in parallel. A test that
#   cannot stand company says RUN_SERIAL. The documents that the tests write are validated in the end (tests/schema). Paths of the build tree are in "tests/paths.hpp".
# grapnel_add_program(NAME SOURCES FILE... [LIBRARIES TARGET...])
#   A small program for tests to start, in tests::kProgramsDir.
# grapnel_add_fuzzer(NAME SOURCES FILE... LIBRARIES TARGET... CORPUS DIRECTORY)
#   LLVMFuzzerTestOneInput. The preset fuzz links it to libFuzzer (build/fuzz/tests/bin/NAME CORPUS); everywhere else it is
#   a test that replays the files of CORPUS, so that it cannot rot.

set(GRAPNEL_PROGRAMS_DIR "${PROJECT_BINARY_DIR}/tests/programs")
configure_file("${PROJECT_SOURCE_DIR}/cmake/paths.hpp.in" "${PROJECT_BINARY_DIR}/generated/tests/paths.hpp" @ONLY)

function(grapnel_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "RUN_SERIAL;NO_PCH" "TIMEOUT" "SOURCES;LIBRARIES;LABELS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "grapnel_add_test(${name}): SOURCES missing, or unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 180)  # a stalled machine is no failed test
  endif()
  if(NOT arg_LABELS)
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/tests" OUTPUT_VARIABLE room)
    string(REGEX REPLACE "/.*" "" arg_LABELS "${room}")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} GTest::gmock GTest::gtest_main project_options project_warnings)
  if(GRAPNEL_PCH AND NOT arg_NO_PCH)
    target_precompile_headers(${name} REUSE_FROM grapnel_test_pch)
  endif()
  set(serial)
  if(arg_RUN_SERIAL)
    set(serial RUN_SERIAL TRUE)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 TEST_PREFIX "${name}." NO_PRETTY_VALUES
    PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}" FIXTURES_REQUIRED documents ${serial})
endfunction()

function(grapnel_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "grapnel_add_program(${name}): SOURCES missing, or unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} project_options project_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${GRAPNEL_PROGRAMS_DIR}")
endfunction()

function(grapnel_add_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES OR NOT arg_CORPUS)
    message(FATAL_ERROR "grapnel_add_fuzzer(${name}): SOURCES or CORPUS missing, or unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} project_options project_warnings)
  if(GRAPNEL_LIBFUZZER)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
    cmake_path(ABSOLUTE_PATH arg_CORPUS BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    add_test(NAME fuzz.${name} COMMAND ${name} "${arg_CORPUS}")
    set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 180 LABELS fuzz)
  endif()
endfunction()
