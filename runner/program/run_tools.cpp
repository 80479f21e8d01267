// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/run_tools.hpp"

namespace grapnel::program {

namespace {

template <typename T, typename Find>
const T& once(std::optional<T>& found, Find find) {
  if (!found) found = find();
  return *found;
}

}  // namespace

const std::filesystem::path& cxx_of(const Toolchain& toolchain) {
  return once(toolchain.memory->tools.cxx, [&] { return find_cxx(toolchain.tools, toolchain.environment); });
}

const std::filesystem::path& cmake_of(const Toolchain& toolchain) {
  return once(toolchain.memory->tools.cmake, [&] { return find_cmake(toolchain.tools, toolchain.environment); });
}

const std::filesystem::path& dart_of(const Toolchain& toolchain) {
  return once(toolchain.memory->tools.dart, [&] { return find_dart(toolchain.tools, toolchain.environment); });
}

const CMakeGenerator& cmake_generator_of(const Toolchain& toolchain) {
  return once(toolchain.memory->tools.generator, [&] { return find_cmake_generator(toolchain.environment); });
}

const Sdk& sdk_of(const Toolchain& toolchain) {
  return once(toolchain.memory->tools.sdk, [&] { return find_sdk(toolchain.tools, executable_directory()); });
}

}  // namespace grapnel::program
