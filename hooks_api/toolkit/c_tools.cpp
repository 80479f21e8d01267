// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/toolkit/c_tools.hpp"

#include "hooks_api/base/spawn.hpp"
#include <hooks/exceptions.hpp>

#include <initializer_list>
#include <string>

namespace hooks::toolkit {

namespace {

std::filesystem::path find_first(std::initializer_list<const char*> names, const char* what,
                                 std::string_view search_path) {
  std::string tried;
  for (const char* name : names) {
    if (auto path = base::find_executable(name, search_path); !path.empty()) return path;
    tried += (tried.empty() ? "" : ", ") + std::string(name);
  }
  throw InfraException("no " + std::string(what) + ": looked for " + tried + " on PATH (" + std::string(search_path) +
                       "); install one, or name one in the application's c_compiler");
}

// What is found on PATH builds for this machine.
void require_native_target(const CodeConfig& config) {
  if (config.target_os == os::current() && config.target_architecture == architecture::current()) return;
  throw InfraException("no compiler for " + config.target_os.name() + "_" + config.target_architecture.name() +
                       ": the application names none in c_compiler, and those on PATH build for " +
                       os::current().name() + "_" + architecture::current().name());
}

}  // namespace

std::filesystem::path find_compiler(const CodeConfig& config, CBuilder::Language language,
                                    std::string_view search_path) {
  if (config.c_compiler) return config.c_compiler->compiler;
  require_native_target(config);
  if (language == CBuilder::Language::cpp) return find_first({"c++", "clang++", "g++"}, "C++ compiler", search_path);
  return find_first({"cc", "clang", "gcc"}, "C compiler", search_path);
}

std::filesystem::path find_archiver(const CodeConfig& config, std::string_view search_path) {
  if (config.c_compiler) return config.c_compiler->archiver;
  require_native_target(config);
  return find_first({"ar", "llvm-ar"}, "archiver", search_path);
}

}  // namespace hooks::toolkit
