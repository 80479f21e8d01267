# SPDX-License-Identifier: BSD-3-Clause
# The three products. Their sources are listed by the rooms: target_sources(grapnel_hooks PRIVATE json.cpp ...).

if(GRAPNEL_SHARED)
  set(library_type SHARED)
else()
  set(library_type STATIC)
endif()
set(hooks_file "${CMAKE_${library_type}_LIBRARY_PREFIX}grapnel-hooks${CMAKE_${library_type}_LIBRARY_SUFFIX}")

# The version, for C++.
configure_file(cmake/version.hpp.in "${PROJECT_BINARY_DIR}/generated/hooks_api/base/project_version.hpp" @ONLY)

# The SDK keeps the stack trace of exceptions that are not its own: hooks_api/sdk/throw_trace.cpp wraps the throw. -u makes
# the linker take it before it meets the throws inside libstdc++.a. --gc-sections drops what std::filesystem brings along
# (locales, streams): two thirds of a hook's size, a tenth of its time from start to exit. Everything about the flags is in
# this one variable.
set(GRAPNEL_HOOK_LINK_FLAGS -Wl,--wrap=__cxa_throw -Wl,-u,__wrap___cxa_throw -Wl,--gc-sections)

add_library(grapnel_hooks ${library_type})
add_library(grapnel::hooks ALIAS grapnel_hooks)
# Never linked from a unity build: a program gets those objects of the archive that it needs, and not their neighbours.
set_target_properties(grapnel_hooks PROPERTIES OUTPUT_NAME grapnel-hooks EXPORT_NAME hooks UNITY_BUILD ${GRAPNEL_LINT}
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
target_compile_features(grapnel_hooks PUBLIC cxx_std_20)
target_compile_options(grapnel_hooks PRIVATE -ffunction-sections -fdata-sections)
target_link_options(grapnel_hooks INTERFACE
  ${GRAPNEL_HOOK_LINK_FLAGS}
  "$<INSTALL_INTERFACE:${GRAPNEL_SANITIZE_FLAGS}>"
)
if(GRAPNEL_SHARED)
  target_link_libraries(grapnel_hooks PRIVATE $<BUILD_INTERFACE:grapnel_libmd>)
  target_link_options(grapnel_hooks PRIVATE ${GRAPNEL_HOOK_LINK_FLAGS})
else()
  target_link_libraries(grapnel_hooks PRIVATE $<BUILD_INTERFACE:grapnel_libmd>)
  target_sources(grapnel_hooks PRIVATE "${GRAPNEL_LIBMD_OBJECT}")
  set_source_files_properties("${GRAPNEL_LIBMD_OBJECT}" PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
endif()

add_library(grapnel_runner ${library_type})
add_library(grapnel::runner ALIAS grapnel_runner)
set_target_properties(grapnel_runner PROPERTIES OUTPUT_NAME grapnel-runner EXPORT_NAME runner
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
target_compile_features(grapnel_runner PUBLIC cxx_std_20)
# The file, not the target: a program that embeds the runner uses the SDK's base and protocol, and must not get the flags
# that wrap its throws.
add_dependencies(grapnel_runner grapnel_hooks)
target_link_libraries(grapnel_runner
  PUBLIC
    "$<BUILD_INTERFACE:$<TARGET_LINKER_FILE:grapnel_hooks>>"
    "$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${GRAPNEL_LIBDIR}/${hooks_file}>"
    Threads::Threads
  PRIVATE
    $<BUILD_INTERFACE:grapnel_fmt>
    $<BUILD_INTERFACE:grapnel_expected>
    "$<BUILD_INTERFACE:${GRAPNEL_RUNNER_LIBRARIES}>"
    "$<INSTALL_INTERFACE:${GRAPNEL_RUNNER_ARCHIVE_FLAGS}>"
)
target_link_options(grapnel_runner INTERFACE "$<INSTALL_INTERFACE:${GRAPNEL_SANITIZE_FLAGS}>")

add_executable(grapnel)
target_link_libraries(grapnel PRIVATE grapnel::runner grapnel_cli11 grapnel_fmt grapnel_expected)
if(GRAPNEL_SHARED)
  set_target_properties(grapnel PROPERTIES INSTALL_RPATH "$ORIGIN/../${GRAPNEL_LIBDIR}")
  set_target_properties(grapnel_runner PROPERTIES INSTALL_RPATH "$ORIGIN")
endif()

foreach(target grapnel_hooks grapnel_runner grapnel)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:project_options> $<BUILD_INTERFACE:project_warnings>)
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated"
  )
endforeach()
target_link_libraries(grapnel_hooks PRIVATE $<BUILD_INTERFACE:grapnel_expected>)

if(GRAPNEL_PCH)
  set(headers
    <algorithm> <array> <charconv> <chrono> <cstdint> <cstdio> <cstring> <exception> <filesystem> <functional> <map>
    <memory> <mutex> <optional> <set> <span> <sstream> <stdexcept> <string> <string_view> <system_error> <thread>
    <unordered_map> <utility> <variant> <vector>
  )
  target_precompile_headers(grapnel_hooks PRIVATE ${headers})
  target_precompile_headers(grapnel_runner PRIVATE ${headers})
endif()
