// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What carries the document of a stage to a hook and its answer back.
#pragma once

#include "hooks_api/build_target/stage_document.hpp"
#include "runner/target/staged_hook.hpp"
#include "runner/target/surroundings.hpp"
#include <grapnel/build_target.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::target {

/// An answer, and how its process ended. `output` is there where the stage succeeded; a failure is in `end`.
struct Carried {
  StageEnd end{};
  std::optional<hooks::build_target::StageOutput> output{};
};

/// One way to reach a hook.
class Carrier {
 public:
  virtual ~Carrier();
  /// Whatever has to be there first: the program is built.
  virtual StageEnd construct() = 0;
  /// `input` is complete but for its out_file. `directory`: of this stage's files, exists.
  virtual Carried carry(hooks::build_target::StageInput input, const std::filesystem::path& directory) = 0;
  /// What the hook is made from, by content: another identity is another hook. Empty: not known, so nothing that it
  /// made may be taken for its own. Asked after construct().
  [[nodiscard]] virtual std::string identity() const = 0;
  /// Lets it end in peace. Never throws.
  virtual void close() noexcept {}

 protected:
  Carrier() = default;
  Carrier(const Carrier&) = default;
  Carrier& operator=(const Carrier&) = default;
};

/// How a hook's table says that it is reached.
struct ProgramSource {
  std::string name{};                  ///< of the hook
  std::filesystem::path path{};        ///< absolute: a C++ source, a directory with CMakeLists.txt, an executable; or
  std::vector<std::string> command{};  ///< a command line; a first word with a slash counts from the root
  bool is_session = false;
};

/// A process for each stage.
[[nodiscard]] std::unique_ptr<Carrier> one_shot(const ProgramSource& source, Surroundings& surroundings);
/// One process for the target.
[[nodiscard]] std::unique_ptr<Carrier> session(const ProgramSource& source, Surroundings& surroundings);
/// A hook of this process.
[[nodiscard]] std::unique_ptr<Carrier> in_process(std::string name, HookFactory factory);

/// The end of a stage that a hook answers with a failure, by the table of outcomes.
[[nodiscard]] StageEnd failed_by_answer(const hooks::build_target::StageOutput::Failure& failure);

/// The exit code of a command for a failure: N of abort(N) within 1 to 125, else what the outcome says.
void count_abort(StageEnd& end, const std::optional<std::int64_t>& code);

}  // namespace grapnel::target
