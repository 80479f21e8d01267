// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a luciexe owes its host (spec: ci-reporting, section 1.3): Builds and logs as streams, and the last Build as a
/// file.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/luci/butler.hpp"
#include "runner/luci/context.hpp"
#include "runner/report/luci_build.hpp"
#include "runner/report/model.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::luci {

struct LuciexeOptions {
  report::luci::BuildIdentity identity{};
  std::filesystem::path output{};  ///< of the last Build; empty: not wanted
  std::string server{};            ///< LOGDOG_STREAM_SERVER_PATH; empty: there is no butler
  std::string space{};             ///< LOGDOG_NAMESPACE
  Deadline deadline{};             ///< says how long the butler is waited for at the end
  std::function<void(const std::string&)> warn{};
};

/// The sink of `grapnel luciexe`. Streams a whole Build at most once a second, the terminal one at the end, and what
/// hooks print as text, one stream each: build_hooks/PACKAGE/stdout and stderr; input.json and output.json of hooks
/// that ran. Without a butler, which is said, the Build's logs are files.
class LuciexeSink final : public EventSink {
 public:
  explicit LuciexeSink(LuciexeOptions options);
  ~LuciexeSink() override;
  LuciexeSink(const LuciexeSink&) = delete;
  LuciexeSink& operator=(const LuciexeSink&) = delete;

  /// What `redactor` redacts is in no document of a hook that is streamed. Called before the first event of a run.
  void hide(Redactor redactor) { redactor_ = std::move(redactor); }

  void on_event(const Event& event) override;
  void on_tick(const Tick& tick) override;
  [[nodiscard]] bool wants_output() const noexcept override { return butler_ != nullptr; }

  /// Whether the last Build is where `output` says; true where none was wanted. Means something after CommandFinished.
  [[nodiscard]] bool is_output_written() const noexcept { return is_output_written_; }

 private:
  using Key = std::pair<HookKind, std::string>;
  struct HookLogs {
    std::map<std::string, Butler::Id> open{};
    std::vector<report::luci::Log> logs{};  ///< of all streams that were opened
  };

  void connect();
  void on_output(const HookOutput& output);
  void on_finished(const HookFinished& finished);
  void on_end(const CommandFinished& finished);
  [[nodiscard]] std::optional<Butler::Id> open_log(const HookId& hook, const std::string& name,
                                                   const std::string& content_type);
  void stream_file(const HookId& hook, const std::string& name, const std::filesystem::path& file);
  [[nodiscard]] report::luci::Build build() const;
  void send(Moment time);
  void say_problem();

  LuciexeOptions options_;
  Redactor redactor_;
  report::ModelBuilder builder_;
  std::unique_ptr<Butler> butler_;
  Butler::Id builds_ = 0;
  std::map<Key, HookLogs> logs_;
  Moment next_send_{};
  bool is_changed_ = false;
  bool is_problem_said_ = false;
  bool is_output_written_ = false;
};

}  // namespace grapnel::luci
