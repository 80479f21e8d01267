// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the runner and a staged hook say to each other for one stage, whatever carries it: a process of its own, a
/// session, or a call in the same process (spec: hatch-build-hooks, section 6.2; reference: docs/build-targets.md).
///
/// The input is a build hook's input.json of Dart's protocol; ours is `config.extensions.build_target` of it. The
/// output is an output.json; ours is its top-level member `build_target`.
///
/// One-shot: `PROGRAM … --config=INPUT`, the answer goes to `out_file`, and the exit code is the class's.
/// Session: `PROGRAM … --session=3`; descriptor 3 is a stream socket. Both sides write one JSON object a line, at most
/// kLargestLine bytes. The program first moves its standard output to standard error and says {"ready": 1}. Requests
/// are {"id": N, "method": "stage", "params": INPUT} and {"id": N, "method": "close"}; the answer to N is
/// {"id": N, "result": OUTPUT}. After close, or the end of the stream, the program ends with exit code 0.
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include <hooks/exceptions.hpp>
#include <hooks/json.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooks::build_target {

/// The stages of a hook.
enum class Stage { dependencies, clean, initialize, finalize };
/// "dependencies", "clean", "initialize", "finalize".
[[nodiscard]] std::string_view name_of(Stage stage) noexcept;

inline constexpr std::size_t kLargestLine = 32U << 20U;
/// Levels of a request: what an answer of 63 levels holds is nested deeper in the next input.
inline constexpr std::size_t kDeepestInput = 80;

/// What a hook is asked. Members that a stage does not have are empty or null, and not written.
struct StageInput {
  Stage stage = Stage::initialize;
  std::string hook_name{};        ///< the key of its table
  std::int64_t hook_index = 0;    ///< its place among the hooks of the target, from 0
  Json::Object config{};          ///< its table without the generic keys
  Json::Object options{};         ///< the generic keys of its table: enable-by-default, dependencies, …
  std::string project_name{};     ///< top-level package_name
  std::string project_version{};  ///< normalised
  Json::Object metadata{};  ///< name, version, description, scripts, …: what is known of the project, plain values
  std::filesystem::path root{};       ///< top-level package_root; absolute
  std::filesystem::path directory{};  ///< absolute; empty (null) for dependencies
  std::string target_name{};
  std::string version{};                     ///< of the target: initialize, finalize
  std::vector<std::string> versions{};       ///< clean
  std::optional<Json::Object> build_data{};  ///< initialize, finalize
  std::filesystem::path artifact_path{};     ///< finalize; absolute
  /// Effective and validated: directory, versions, packages, sources, …; `files` on request.
  Json::Object build_config{};
  std::int64_t verbosity = 0;
  Json config_settings{};                    ///< of PEP 517; null where there are none
  std::filesystem::path shared_directory{};  ///< top-level out_dir_shared: kept across runs
  std::filesystem::path work_directory{};    ///< fresh for each hook, target and version; the runner removes it
  Json state{};                              ///< what the hook's stage before returned; null at first
  Json result{};                     ///< finalize: {"tag": …, "files": [the paths in the archive]}; null otherwise
  std::filesystem::path out_file{};  ///< one-shot only
  /// Sessions only: variables that hooks have set since the beginning, by name; null for one that was removed.
  Json::Object environment{};
};

/// `input` as the document: valid for validate_input_document() as a build input, but for the out_file that a session's
/// has not.
[[nodiscard]] Json to_json(const StageInput& input);
/// Reads a document, tolerantly; all faults.
[[nodiscard]] StageInput read_stage_input(const Json& document, protocol::Faults& faults);

/// A change to build data.
struct BuildDataPatch {
  /// Lists are appended, exact duplicates dropped; maps are merged by key; scalars are set; null deletes a key.
  Json::Object build_data{};
  /// Keys of `build_data` whose lists and maps replace what is there.
  std::vector<std::string> replace{};
  /// Patterns of files that are left out, after selection; never forced ones.
  std::vector<std::string> exclude{};
  friend bool operator==(const BuildDataPatch&, const BuildDataPatch&) = default;
};

/// Variables for the hooks that run later. What is set is set first. In a document each name occurs once: the last
/// value that is set counts, and what is put before another comes first.
struct EnvironmentPatch {
  /// One variable; `prepend` puts the value before an earlier one, with a ':' between.
  struct Variable {
    std::string name;
    std::string value;
    friend bool operator==(const Variable&, const Variable&) = default;
  };
  std::vector<Variable> set{};
  std::vector<Variable> prepend{};
  friend bool operator==(const EnvironmentPatch&, const EnvironmentPatch&) = default;
};

/// What a hook answers.
struct StageOutput {
  /// Why it failed.
  struct Failure {
    std::string type{};  ///< "build", "infra" or "uncategorized"
    std::string message{};
    std::optional<std::int64_t> code{};  ///< of abort(); absent for other failures
    friend bool operator==(const Failure&, const Failure&) = default;
  };
  std::optional<Failure> failure{};
  std::vector<std::filesystem::path> dependencies{};  ///< files whose change makes the hook run again; absolute
  std::vector<std::string> requirements{};            ///< stage dependencies: what has to be installed before the build
  BuildDataPatch patch{};
  EnvironmentPatch environment{};
  Json state{};                                  ///< for the hook's next stage; null keeps what is there
  std::vector<std::filesystem::path> outputs{};  ///< files that the hook vouches for; absolute, or relative to the root
  friend bool operator==(const StageOutput&, const StageOutput&) = default;
};

/// `output` as the document, with `timestamp`, `status` and both shapes of a failure.
[[nodiscard]] Json to_json(const StageOutput& output);
/// Reads an answer; all faults, with paths such as "build_target.env.set.PATH". Types are judged here; what build data
/// may hold is the runner's to judge.
[[nodiscard]] StageOutput read_stage_output(const Json& document, protocol::Faults& faults);

}  // namespace hooks::build_target
