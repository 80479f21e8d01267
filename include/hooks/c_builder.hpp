// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Compiles C, C++ and Objective-C into a library or an executable.
#pragma once

#include <hooks/input.hpp>
#include <hooks/lists.hpp>
#include <hooks/output.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hooks {

/// One library or executable made of C-family sources: fill in the members, call run().
///
/// The compiler is config().code().c_compiler where the application names one, else the first of cc, clang and
/// gcc (c++, clang++ and g++ for C++) on PATH; the archiver likewise (ar, llvm-ar). Compilers take the flags of GCC and
/// Clang. Object files go to `output_directory()/objects/NAME`, the result to output_directory(). Every source and
/// every header that the compiler read (from its depfiles; system headers and what lies below output_directory_shared()
/// excepted) is reported as a dependency. Each command line goes to standard output, warnings to standard error.
///
/// Errors: a source that does not compile or link is a BuildException that carries the command and what the
/// compiler printed; so is a missing source. A compiler that is missing, does not start or is killed, and a full disk,
/// are InfraExceptions; so is a target other than this machine without a c_compiler. Not thread safe; one run at a
/// time.
struct CBuilder {
  /// What the sources are written in.
  enum class Language {
    c,            ///< or what a source's suffix says: assembler may stand among C
    cpp,          ///< C++
    objective_c,  ///< Objective-C
  };
  /// What is made.
  enum class Output {
    library,     ///< dynamic or static, by the link mode preference
    executable,  ///< gives a file, no asset
  };
  /// The compiler's -O0, -O1, -O2, -O3 or -Os.
  enum class Optimization { o0, o1, o2, o3, os };

  /// Base name: `add` becomes libadd.so, libadd.a, add.dll, … or add for an executable.
  std::string name;
  /// Name of the code asset of a library; empty: `name`.
  std::string asset_name{};
  Output output = Output::library;  ///< what is made
  /// What is compiled. Relative paths count from the package root, as all paths here.
  PathList sources{};
  /// Directories where headers are looked for.
  PathList includes{};
  /// Name → value, or nothing for a define without a value.
  DefineList defines{};
  /// Passed to every compiler call; to the link too.
  std::vector<std::string> flags{};
  /// Libraries to link with, without prefix and suffix: `z` for libz.so.
  std::vector<std::string> libraries{};
  /// Directories where `libraries` are looked for.
  PathList library_directories{};
  /// The language standard, such as "c11" or "c++20"; empty: the compiler's default.
  std::string standard{};
  Language language = Language::c;               ///< of all sources
  Optimization optimization = Optimization::o3;  ///< of all sources
  /// Overrides config().code().link_mode_preference.
  std::optional<LinkModePreference> link_mode_preference{};

  /// What run() made.
  struct Result {
    std::filesystem::path file;      ///< the library or executable
    std::optional<CodeAsset> asset;  ///< for a library: what was added to the output
    ~Result();
  };

  /// Compiles, links, adds the asset of a library to `hook_output` by each of `routings` and adds the dependencies.
  /// For a preference of `prefer_dynamic` or `prefer_static` the preferred kind is built. Where the application asks
  /// for no code assets, nothing is done and the result is empty.
  Result run(const BuildInput& input, BuildOutputBuilder& hook_output, const std::vector<BuildRouting>& routings) const;
  /// As above; the asset goes into the application bundle.
  Result run(const BuildInput& input, BuildOutputBuilder& hook_output) const;

  // Not inline: a hook compiles faster. Aggregates may have a destructor.
  ~CBuilder();
};

}  // namespace hooks
