// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/commands.hpp"

#include "hooks_api/base/depfile.hpp"
#include "hooks_api/base/files.hpp"

#include <utility>

namespace grapnel::program {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxDepfileBytes = std::size_t{16} << 20U;

fs::path with_suffix(fs::path file, const char* suffix) { return file += suffix; }

}  // namespace

fs::path unfinished(const fs::path& file) { return with_suffix(file, ".new"); }

fs::path depfile_of(const fs::path& file) { return with_suffix(file, ".d"); }

std::vector<std::string> cpp_arguments(const fs::path& cxx, const Sdk& sdk, const fs::path& source,
                                       const fs::path& program) {
  std::vector<std::string> arguments{cxx.string(),
                                     "-O1",
                                     "-std=c++20",
                                     "-I" + sdk.include.string(),
                                     "-MMD",
                                     "-MF",
                                     depfile_of(program).string(),
                                     "-o",
                                     unfinished(program).string(),
                                     source.string()};
  arguments.insert(arguments.end(), sdk.flags.begin(), sdk.flags.end());
  arguments.push_back(sdk.library.string());
  if (sdk.library.extension() == ".so") arguments.push_back("-Wl,-rpath," + sdk.library.parent_path().string());
  return arguments;
}

std::vector<std::string> dart_compile_arguments(const fs::path& dart, const fs::path& package_config,
                                                const fs::path& source, const fs::path& kernel) {
  return {dart.string(),
          "compile",
          "kernel",
          "--packages=" + package_config.string(),
          "--output=" + unfinished(kernel).string(),
          "--depfile=" + depfile_of(kernel).string(),
          source.string()};
}

std::vector<std::string> dart_run_arguments(const fs::path& dart, const fs::path& package_config,
                                            const fs::path& kernel) {
  return {dart.string(), "--packages=" + package_config.string(), kernel.string()};
}

std::vector<std::string> cmake_configure_arguments(const fs::path& cmake, const fs::path& source, const fs::path& build,
                                                   const std::string& generator, const fs::path& prefix,
                                                   const fs::path& cxx) {
  std::vector<std::string> arguments{cmake.string(), "-S", source.string(), "-B", build.string(), "-G", generator};
  if (!prefix.empty()) arguments.push_back("-DCMAKE_PREFIX_PATH=" + prefix.string());
  if (!cxx.empty()) arguments.push_back("-DCMAKE_CXX_COMPILER=" + cxx.string());
  return arguments;
}

std::vector<std::string> cmake_build_arguments(const fs::path& cmake, const fs::path& build,
                                               const std::string& target) {
  return {cmake.string(), "--build", build.string(), "--target", target};
}

std::vector<fs::path> depfile_dependencies(const fs::path& depfile, const fs::path& directory) {
  std::vector<fs::path> dependencies;
  const auto text = hooks::base::read_file(depfile, kMaxDepfileBytes);
  if (!text) return dependencies;
  for (const std::string& name : hooks::base::depfile_prerequisites(*text)) {
    dependencies.push_back((directory / name).lexically_normal());
  }
  return dependencies;
}

}  // namespace grapnel::program
