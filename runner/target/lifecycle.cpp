// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/lifecycle.hpp"

#include "runner/outcome/exception.hpp"

#include <chrono>
#include <utility>

namespace grapnel::target {

StagedHook::~StagedHook() = default;
Target::~Target() = default;
LifecycleObserver::~LifecycleObserver() = default;

StageEnd ended(Outcome outcome) {
  StageEnd end;
  end.exit_code = outcome.exit_code;
  end.outcome = std::move(outcome);
  return end;
}

namespace {

/// One life.
class Lifecycle {
 public:
  Lifecycle(Target& target, const Hooks& hooks, const std::filesystem::path& directory, const LifecycleOptions& options,
            LifecycleObserver& observer)
      : target_(target), hooks_(hooks), directory_(directory), options_(options), observer_(observer) {}

  StageEnd run(const std::vector<std::string>& versions) {
    if (options_.clean || options_.clean_only) {
      if (!options_.hooks_only) {
        StageEnd end = outcome_of([&] { return target_.clean(directory_, versions); });
        if (!end.success()) return end;
      }
      if (StageEnd end = clean_hooks(versions); !end.success()) return end;
      if (options_.clean_only) return {};
    }
    for (const std::string& version : versions) {
      if (StageEnd end = run_version(version); !end.success()) return end;
    }
    return {};
  }

 private:
  // What a version leaves behind goes with it, in whatever way it ends.
  struct VersionEnd {
    const Hooks& hooks;
    ~VersionEnd() {
      for (const auto& hook : hooks) hook->end_version();
    }
  };

  StageEnd run_version(const std::string& version) {
    const VersionEnd at_end{hooks_};
    observer_.version_begins(version);
    BuildData data(target_.fields(), target_.default_build_data(), names(), options_.rules);

    std::size_t initialized = 0;
    for (const auto& hook : hooks_) {
      StageEnd end = stage(*hook, Stage::initialize, version, [&] { return hook->initialize(version, data); });
      if (!end.success()) return after_failure(std::move(end), version, initialized);
      ++initialized;
    }
    if (options_.hooks_only) {
      observer_.only_hooks_ran(version);
      return {};
    }

    Built built;
    built.end = outcome_of([&] {
      built = target_.build(version, directory_, data);
      return built.end;
    });
    if (!built.end.success()) return after_failure(std::move(built.end), version, initialized);

    for (const auto& hook : hooks_) {
      StageEnd end =
          stage(*hook, Stage::finalize, version, [&] { return hook->finalize(version, data, built.artifact); });
      if (!end.success()) return after_failure(std::move(end), version, initialized);
    }
    if (options_.clean_hooks_after) {
      if (StageEnd end = clean_hooks({version}); !end.success()) return end;
    }
    observer_.artifact_is_made(version, built.artifact);
    return {};
  }

  StageEnd clean_hooks(const std::vector<std::string>& versions) {
    for (const auto& hook : hooks_) {
      if (StageEnd end = clean(*hook, versions); !end.success()) return end;
    }
    return {};
  }

  StageEnd clean(StagedHook& hook, const std::vector<std::string>& versions) {
    return stage(hook, Stage::clean, versions.size() == 1 ? versions.front() : "",
                 [&] { return hook.clean(versions); });
  }

  // The failure that led here stays the one that is told.
  StageEnd after_failure(StageEnd failure, const std::string& version, std::size_t initialized) {
    if (options_.clean_hooks_on_failure) {
      for (std::size_t i = initialized; i > 0; --i) (void)clean(*hooks_[i - 1], {version});
    }
    return failure;
  }

  template <typename Run>
  StageEnd stage(StagedHook& hook, Stage stage, const std::string& version, Run run) {
    observer_.stage_begins(hook, stage, version);
    StageEnd end = outcome_of(run);
    observer_.stage_ended(hook, stage, version, end);
    return end;
  }

  // Here exceptions end: they are the outcome of what threw them.
  template <typename Run>
  static StageEnd outcome_of(Run run) {
    const auto began = std::chrono::steady_clock::now();
    StageEnd end;
    try {
      end = run();
    } catch (...) {
      end = ended(outcome::outcome_of_current_exception());
    }
    end.duration = std::chrono::steady_clock::now() - began;
    return end;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    names.reserve(hooks_.size());
    for (const auto& hook : hooks_) names.push_back(hook->name());
    return names;
  }

  Target& target_;
  const Hooks& hooks_;
  const std::filesystem::path& directory_;
  const LifecycleOptions& options_;
  LifecycleObserver& observer_;
};

}  // namespace

StageEnd run_lifecycle(Target& target, const Hooks& hooks, const std::vector<std::string>& versions,
                       const std::filesystem::path& directory, const LifecycleOptions& options,
                       LifecycleObserver& observer) {
  return Lifecycle(target, hooks, directory, options, observer).run(versions);
}

}  // namespace grapnel::target
