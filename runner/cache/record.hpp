// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a successful hook run leaves behind for the next one. Encoding and decoding are pure.
#pragma once

#include "runner/cache/dependency.hpp"
#include "runner/cache/digest.hpp"
#include <grapnel/events.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::cache {

/// Which of a hook's variables count.
enum class EnvironmentRule : std::uint8_t {
  all,           ///< every variable given but the ones that say nothing about the result
  all_but_path,  ///< the same without PATH: the hook declared its tools
  declared,      ///< exactly those that output.json names
};

/// A record as it stands in the log. Borrows its texts from there, but for what it is made from.
struct HookRecord {
  // What the run was given.
  Digest ingredients;        ///< what input.json is made from: cheap to know without making it
  Digest input;              ///< the bytes of input.json
  std::string_view program;  ///< identity of the recipe; empty for an executable
  EnvironmentRule environment_rule = EnvironmentRule::all;
  std::vector<std::string_view> environment_names;  ///< for `declared`, sorted
  Digest environment;                               ///< of the variables that count; names an EnvironmentTable
  // What it gave.
  /// By which rules the output was judged and found right; `receivers` are the packages whose link hooks it counts on.
  Digest verdict;
  std::vector<std::string_view> receivers;
  std::string_view output;                 ///< output.json without what only the record needs, as compact JSON
  Digest gives;                            ///< of that and of the files in it
  Digest for_build;                        ///< of assets_for_build; 0 where there are none
  bool has_assets = false;                 ///< whether the output routes anything anywhere
  Moment started = 0;                      ///< wall clock
  std::int64_t duration = 0;               ///< nanoseconds, of the run and of building its program
  std::vector<std::string_view> warnings;  ///< of the validation, to be said again
  std::string_view dependencies;           ///< encoded; see DependencyList

  /// The dependencies, decoded. Not in the record's own memory.
  [[nodiscard]] std::vector<Dependency> decode_dependencies() const;
};

/// The text that the record's `dependencies` points to.
[[nodiscard]] std::string encode_dependencies(const std::vector<Dependency>& dependencies);

/// Goes through encoded dependencies without memory of its own.
class DependencyReader {
 public:
  explicit DependencyReader(std::string_view encoded) noexcept : in_(encoded) {}
  /// The next one; nothing at the end, and where the bytes make no sense.
  [[nodiscard]] std::optional<Dependency> next() noexcept;
  /// Whether the bytes made no sense.
  [[nodiscard]] bool failed() const noexcept { return in_.failed(); }

 private:
  ByteReader in_;
};

[[nodiscard]] std::string encode(const HookRecord& record);
/// Nothing where the bytes are no record. The dependencies are checked too.
[[nodiscard]] std::optional<HookRecord> decode_hook_record(std::string_view bytes);
/// The same, where somebody has gone through the dependencies: they are not checked.
[[nodiscard]] std::optional<HookRecord> decode_head_of_hook_record(std::string_view bytes);
/// Its `dependencies` alone, unchecked; empty where the bytes are no record.
[[nodiscard]] std::string_view dependencies_of_hook_record(std::string_view bytes);
/// Its `duration` alone; 0 where the bytes are no record.
[[nodiscard]] std::chrono::nanoseconds duration_of_hook_record(std::string_view bytes);

/// The variables behind `HookRecord::environment`, for people: what changed. Secret values are not in it.
struct EnvironmentTable {
  struct Variable {
    std::string name;
    std::string shown;  ///< the value, "***" for a secret
    Digest value;
    friend bool operator==(const Variable&, const Variable&) = default;
  };
  std::vector<Variable> variables;  ///< sorted by name; a declared variable that was not set is absent
};
[[nodiscard]] std::string encode(const EnvironmentTable& table);
[[nodiscard]] std::optional<EnvironmentTable> decode_environment(std::string_view bytes);

/// How a program was built.
struct ProgramRecord {
  std::string_view identity;      ///< of the recipe
  std::string_view dependencies;  ///< encoded: what was read, and the program itself
};
[[nodiscard]] std::string encode(const ProgramRecord& record);
[[nodiscard]] std::optional<ProgramRecord> decode_program_record(std::string_view bytes);

/// Which hooks a package has.
struct FolderRecord {
  std::string_view root;          ///< of the package
  std::string_view identity;      ///< of what was asked beyond looking: how CMake was configured
  std::uint8_t form = 0;          ///< of the hook: program::Form, counted from 1; 0: there is none
  std::string_view file;          ///< of the hook
  std::string_view ignored_dart;  ///< a Dart hook beside it
  std::string_view dependencies;  ///< encoded: what was looked at
};
[[nodiscard]] std::string encode(const FolderRecord& record);
[[nodiscard]] std::optional<FolderRecord> decode_folder_record(std::string_view bytes);
[[nodiscard]] std::string_view dependencies_of_folder_record(std::string_view bytes);

}  // namespace grapnel::cache
