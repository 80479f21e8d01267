# SPDX-License-Identifier: BSD-3-Clause
# Components: hooks (what a hook author needs, and what the runner compiles hooks against), runner (what embeds the
# runner), and the executable. The prefix can be moved: nothing below it knows its own path.

include(CMakePackageConfigHelpers)

set(GRAPNEL_CMAKEDIR "${GRAPNEL_LIBDIR}/cmake/grapnel")
set(generated "${PROJECT_BINARY_DIR}/generated/install")

# --- hooks -------------------------------------------------------------------------------------------------------------
install(TARGETS grapnel_hooks EXPORT grapnel-hooks
  ARCHIVE DESTINATION ${GRAPNEL_LIBDIR} COMPONENT hooks
  LIBRARY DESTINATION ${GRAPNEL_LIBDIR} COMPONENT hooks
  INCLUDES DESTINATION include
)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/hooks" DESTINATION include COMPONENT hooks
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT grapnel-hooks NAMESPACE grapnel:: DESTINATION ${GRAPNEL_CMAKEDIR} COMPONENT hooks
  FILE grapnel-hooks-targets.cmake)

configure_package_config_file(cmake/grapnel-config.cmake.in "${generated}/grapnel-config.cmake"
  INSTALL_DESTINATION ${GRAPNEL_CMAKEDIR} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${generated}/grapnel-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${generated}/grapnel-config.cmake" "${generated}/grapnel-config-version.cmake"
  DESTINATION ${GRAPNEL_CMAKEDIR} COMPONENT hooks)

string(REPLACE ";" " " GRAPNEL_PC_HOOK_LINK_FLAGS "${GRAPNEL_HOOK_LINK_FLAGS}")
string(REPLACE ";" " " GRAPNEL_PC_STATIC_RUNTIME_FLAGS "${GRAPNEL_STATIC_RUNTIME_FLAGS}")
configure_file(cmake/grapnel-hooks.pc.in "${generated}/grapnel-hooks.pc" @ONLY)
install(FILES "${generated}/grapnel-hooks.pc" DESTINATION ${GRAPNEL_LIBDIR}/pkgconfig COMPONENT hooks)

# One argument a line: what the runner adds when it compiles and links a hook against this SDK.
# The -fno-inline ones keep the frames of small functions, so that a stack trace names the one that threw; g++ and clang know one
# each, and clang would warn about the other.
set(hook_flags -fno-inline-functions -fno-inline-functions-called-once -Wno-ignored-optimization-argument
  ${GRAPNEL_STATIC_RUNTIME_FLAGS} ${GRAPNEL_HOOK_LINK_FLAGS} ${GRAPNEL_SANITIZE_FLAGS})
list(JOIN hook_flags "\n" hook_flags)
file(CONFIGURE OUTPUT "${generated}/hook-flags.txt" CONTENT "@hook_flags@\n" @ONLY)
install(FILES "${generated}/hook-flags.txt" DESTINATION share/grapnel COMPONENT hooks)

install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION share/doc/grapnel COMPONENT hooks)
if(NOT GRAPNEL_SHARED)
  # Our archive carries an object of libmd, so its notice travels with it.
  find_file(GRAPNEL_LIBMD_COPYRIGHT copyright PATHS /usr/share/doc/libmd-dev /usr/share/doc/libmd0 NO_DEFAULT_PATH REQUIRED)
  install(FILES "${GRAPNEL_LIBMD_COPYRIGHT}" DESTINATION share/doc/grapnel RENAME copyright.libmd COMPONENT hooks)
endif()

# --- runner ------------------------------------------------------------------------------------------------------------
install(TARGETS grapnel_runner EXPORT grapnel-runner
  ARCHIVE DESTINATION ${GRAPNEL_LIBDIR} COMPONENT runner
  LIBRARY DESTINATION ${GRAPNEL_LIBDIR} COMPONENT runner
  INCLUDES DESTINATION include
)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/grapnel" DESTINATION include COMPONENT runner
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT grapnel-runner NAMESPACE grapnel:: DESTINATION ${GRAPNEL_CMAKEDIR} COMPONENT runner
  FILE grapnel-runner-targets.cmake)
list(JOIN GRAPNEL_RUNNER_ARCHIVE_FLAGS " " GRAPNEL_RUNNER_LIBS)
configure_file(cmake/grapnel-runner.pc.in "${generated}/grapnel-runner.pc" @ONLY)
install(FILES "${generated}/grapnel-runner.pc" DESTINATION ${GRAPNEL_LIBDIR}/pkgconfig COMPONENT runner)

# --- grapnel -----------------------------------------------------------------------------------------------------------
install(TARGETS grapnel RUNTIME DESTINATION bin COMPONENT grapnel)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/schema" DESTINATION share/grapnel COMPONENT grapnel
  FILES_MATCHING PATTERN "*.schema.json")

# --- the SDK beside bin/grapnel in the build tree ------------------------------------------------------------------------
# A complete prefix of component hooks, so that an executable in bin/ finds its SDK at ../sdk without an install.
file(GLOB_RECURSE hook_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/hooks/*.hpp")
set(sdk_stamp "${PROJECT_BINARY_DIR}/generated/sdk.stamp")
add_custom_command(
  OUTPUT "${sdk_stamp}"
  COMMAND "${CMAKE_COMMAND}" -E rm -rf "${PROJECT_BINARY_DIR}/sdk"
  COMMAND "${CMAKE_COMMAND}" -E env --unset=DESTDIR
          "${CMAKE_COMMAND}" --install "${PROJECT_BINARY_DIR}" --component hooks --prefix "${PROJECT_BINARY_DIR}/sdk"
          > "${PROJECT_BINARY_DIR}/generated/sdk.log"
  COMMAND "${CMAKE_COMMAND}" -E touch "${sdk_stamp}"
  DEPENDS grapnel_hooks ${hook_headers} "${generated}/hook-flags.txt" "${generated}/grapnel-hooks.pc"
          "${generated}/grapnel-config.cmake"
  COMMENT "Staging the SDK in sdk/"
  VERBATIM
)
add_custom_target(grapnel_sdk ALL DEPENDS "${sdk_stamp}")
