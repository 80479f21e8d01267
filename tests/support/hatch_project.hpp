// SPDX-License-Identifier: BSD-3-Clause
// A Python project of a test's own, with hooks of this process that write down what is asked of them.
#pragma once

#include "tests/support/temporary_directory.hpp"
#include <grapnel/build_target.hpp>
#include <hooks/build_target.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tests {

/// A stage of a hook, while it runs.
struct RunningStage {
  std::string call;  ///< "h1.initialize standard", "h1.new"
  hooks::BuildHook& hook;
  hooks::BuildData* build_data = nullptr;  ///< initialize, finalize
  std::filesystem::path artifact{};        ///< finalize
};

inline std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ",") + text;
  return all;
}

/// What hooks of this process were asked, as "NAME#INSTANCE.STAGE VERSION", and what they do then.
class HookLog {
 public:
  std::vector<std::string> calls{};
  /// By calls without instance: "h1.initialize standard".
  std::map<std::string, std::function<void(const RunningStage&)>> acts{};
  /// What hooks answer to dependencies().
  std::map<std::string, std::vector<std::string>> requirements{};

  [[nodiscard]] grapnel::HookFactory factory(const std::string& name) {
    return [this, name]() -> std::unique_ptr<hooks::BuildHook> {
      return std::make_unique<Hook>(*this, name, ++instances_[name]);
    };
  }

 private:
  class Hook final : public hooks::BuildHook {
   public:
    Hook(HookLog& log, std::string name, int instance) : log_(log), name_(std::move(name)), instance_(instance) {
      act("new", nullptr, {});
    }
    std::vector<std::string> dependencies() override {
      act("dependencies", nullptr, {});
      return log_.requirements[name_];
    }
    void clean(const std::vector<std::string>& versions) override { act("clean " + joined(versions), nullptr, {}); }
    void initialize(const std::string& version, hooks::BuildData& data) override {
      act("initialize " + version, &data, {});
    }
    void finalize(const std::string& version, hooks::BuildData& data, const std::filesystem::path& artifact) override {
      act("finalize " + version, &data, artifact);
    }

   private:
    void act(const std::string& stage, hooks::BuildData* data, const std::filesystem::path& artifact) {
      log_.calls.push_back(name_ + "#" + std::to_string(instance_) + "." + stage);
      const std::string call = name_ + "." + stage;
      const auto found = log_.acts.find(call);
      if (found != log_.acts.end()) found->second({call, *this, data, artifact});
    }

    HookLog& log_;
    std::string name_;
    int instance_;
  };

  std::map<std::string, int> instances_;
};

/// Keeps messages.
class MessageSink final : public grapnel::EventSink {
 public:
  void on_event(const grapnel::Event& event) override {
    if (const auto* message = std::get_if<grapnel::Message>(&event)) messages.push_back(message->text);
  }
  std::vector<std::string> messages{};
};

/// The project `demo` of version 1.0 with one package.
class HatchProject : public ::testing::Test {
 protected:
  HatchProject() {
    write("demo/__init__.py");
    write_project("");
  }

  void write(const std::string& file, std::string_view text = "") const { directory_.write("project/" + file, text); }
  void write_project(const std::string& tables, const std::string& more_metadata = "") const {
    write("pyproject.toml", "[project]\nname = 'demo'\nversion = '1.0'\n" + more_metadata + "\n" + tables);
  }
  [[nodiscard]] std::filesystem::path root() const { return directory_ / "project"; }
  [[nodiscard]] std::filesystem::path dist() const { return root() / "dist"; }

  /// Of a wheel, with hooks of these names in this process, and an environment that says nothing.
  [[nodiscard]] grapnel::TargetOptions options(const std::vector<std::string>& hooks) {
    grapnel::TargetOptions options{.root = root(), .targets = {{.name = "wheel"}}};
    options.environment = {{"PATH=/usr/bin:/bin", "HOME=" + (directory_ / "home").string()}};
    for (const std::string& name : hooks) options.hooks.emplace(name, log.factory(name));
    return options;
  }

  /// The names of files in a directory, in order.
  [[nodiscard]] static std::vector<std::string> files_of(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  HookLog log;

 private:
  TemporaryDirectory directory_;
};

}  // namespace tests
