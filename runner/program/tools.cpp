// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/tools.hpp"

#include "hooks_api/base/spawn.hpp"
#include "runner/base/errors.hpp"

#include <cerrno>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace grapnel::program {
namespace {

namespace fs = std::filesystem;

struct Tool {
  std::string_view what;  ///< "C++ compiler"
  std::string_view flag;  ///< that names it
  std::initializer_list<std::string_view> names;
  std::string_view advice;
};

fs::path find(const Tool& tool, const fs::path& given, const Environment& environment) {
  const std::string_view search_path = value_of(environment, "PATH");
  if (!given.empty()) {
    const fs::path found = hooks::base::find_executable(given.string(), search_path);
    if (!found.empty()) return fs::absolute(found);
    throw SystemError("the " + std::string(tool.what) + " '" + given.string() + "' is no executable file. Correct " +
                          std::string(tool.flag) + ".",
                      ENOENT);
  }
  std::string names;
  for (const std::string_view name : tool.names) {
    const fs::path found = hooks::base::find_executable(name, search_path);
    if (!found.empty()) return found;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  throw SystemError("there is no " + std::string(tool.what) + " (" + names + ") on PATH, which is '" +
                        std::string(search_path) + "'. " + std::string(tool.advice),
                    ENOENT);
}

}  // namespace

fs::path find_cxx(const Tools& tools, const Environment& environment) {
  return find({"C++ compiler", "--cxx", {"c++", "g++", "clang++"}, "Install g++ or clang, or name one with --cxx."},
              tools.cxx, environment);
}

fs::path find_cmake(const Tools& tools, const Environment& environment) {
  return find({"CMake", "the path", {"cmake"}, "Install cmake."}, tools.cmake, environment);
}

fs::path find_dart(const Tools& tools, const Environment& environment) {
  return find({"Dart VM", "--dart", {"dart"}, "Install the Dart SDK, or name its dart with --dart."}, tools.dart,
              environment);
}

CMakeGenerator find_cmake_generator(const Environment& environment) {
  fs::path ninja = hooks::base::find_executable("ninja", value_of(environment, "PATH"));
  if (!ninja.empty()) return {"Ninja", std::move(ninja)};
  return {"Unix Makefiles",
          find({"build tool for CMake", "", {"ninja", "make"}, "Install ninja-build or make."}, {}, environment)};
}

}  // namespace grapnel::program
