// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/serve.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/build_target/stage_document.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/stop_signal.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/target/bridge.hpp"
#include "runner/target/lifecycle.hpp"
#include "runner/target/project_build.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace grapnel::target {

using hooks::Json;
using hooks::base::shown;

namespace {

constexpr int kBroken = 255;

/// A stage that failed, and what the user is told.
struct Failed {
  StageEnd end{};
  std::string message{};
};

Failed failure(const std::string& message) {
  StageEnd end = ended(outcome::outcome_of_current_exception());
  return {.end = std::move(end), .message = message};
}

std::string text_of(const Json::Object& params, std::string_view key) {
  const Json* value = params.find(key);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  if (text == nullptr) throw ProjectError("the request has no text " + shown(key));
  return *text;
}

std::vector<std::string> texts_of(const Json::Object& params, std::string_view key) {
  std::vector<std::string> texts;
  const Json* value = params.find(key);
  if (value == nullptr || value->as_array() == nullptr) return texts;
  for (const Json& one : *value->as_array()) {
    if (one.as_string() != nullptr) texts.push_back(*one.as_string());
  }
  return texts;
}

/// What one front end asks, in its order.
class Server {
 public:
  Server(const ServeOptions& options, std::stop_token stop) : options_(options.build), stop_(std::move(stop)) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { end_version(); }

  Json::Object answer(const std::string& method, const Json::Object& params) {
    if (method == "open") return open(params);
    if (method == "close") return close();
    if (!target_) throw ProjectError("the first request has to be 'open'");
    if (method == "dependencies") return dependencies();
    if (method == "clean") return clean(texts_of(params, "versions"));
    if (method == "initialize") return initialize(params);
    if (method == "finalize") return finalize(params);
    throw ProjectError("there is no request " + shown(method));
  }

  [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }

 private:
  Json::Object open(const Json::Object& params) {
    if (target_) throw ProjectError("a target is open already");
    const Json* directory = params.find("directory");
    const bool is_building = directory != nullptr && directory->as_string() != nullptr;
    if (is_building) options_.directory = *directory->as_string();
    if (const Json* settings = params.find("config_settings")) options_.config_settings = *settings;
    const Json* verbosity = params.find("verbosity");
    if (verbosity != nullptr && verbosity->as_integer() != nullptr) {
      options_.verbosity = static_cast<int>(*verbosity->as_integer());
    }
    const Json* config = params.find("hook_config");
    const Json::Object* table = config == nullptr ? nullptr : config->as_object();
    build_.emplace(options_, stop_);
    use_bridged_hooks(build_->project, table == nullptr ? Json::Object{} : *table, build_->policy);
    target_.emplace(*build_, text_of(params, "target"),
                    is_building ? TargetBuild::Purpose::build : TargetBuild::Purpose::dependencies);
    hooks_ = target_->make_hooks();
    Json::Array names;
    for (const auto& hook : hooks_) names.emplace_back(hook->name());
    return {{"hooks", std::move(names)}};
  }

  Json::Object close() {
    is_closed_ = true;
    return {};
  }

  void construct() {
    // One that could not be made is tried again, and not used.
    for (; made_ < hooks_.size(); ++made_) {
      StagedHook& hook = *hooks_[made_];
      run(hook, "while it is made", [&] { return hook.construct(); });
    }
  }

  Json::Object dependencies() {
    construct();
    std::vector<std::string> requirements;
    for (const auto& hook : hooks_) {
      run(*hook, "stage dependencies", [&] { return hook->dependencies(requirements); });
    }
    return {{"requirements", Json::Array(requirements.begin(), requirements.end())}};
  }

  Json::Object clean(const std::vector<std::string>& versions) {
    construct();
    for (const auto& hook : hooks_) run(*hook, "stage clean", [&] { return hook->clean(versions); });
    return {};
  }

  BuildData data_of(const Json::Object& params) {
    const Json* values = params.find("build_data");
    Json::Object data = values == nullptr || values->as_object() == nullptr ? Json::Object{} : *values->as_object();
    std::vector<std::string> names = texts_of(params, "build_hooks");
    if (names.empty()) names = build_hooks_;
    build_hooks_ = names;
    return BuildData(target_->target->fields(), std::move(data), names, rules_of(build_->like_hatch));
  }

  Json::Object initialize(const Json::Object& params) {
    construct();
    end_version();
    const std::string version = text_of(params, "version");
    BuildData data = data_of(params);
    const Json::Object before = data.values();
    for (const auto& hook : hooks_) {
      run(*hook, "stage initialize", [&] { return hook->initialize(version, data); });
    }
    return {{"patch", patch_between(before, data.values(), data.exclude())}};
  }

  Json::Object finalize(const Json::Object& params) {
    construct();
    const std::string version = text_of(params, "version");
    BuildData data = data_of(params);
    for (const auto& hook : hooks_) {
      run(*hook, "stage finalize", [&] { return hook->finalize(version, data, text_of(params, "artifact_path")); });
    }
    end_version();
    return {};
  }

  void end_version() noexcept {
    for (const auto& hook : hooks_) hook->end_version();
  }

  template <typename Run>
  void run(const StagedHook& hook, const std::string& what, Run stage) {
    const std::string where = "hook " + shown(hook.name()) + ", " + what + ": ";
    std::optional<Failed> failed;
    try {
      StageEnd end = stage();
      if (end.success()) return;
      failed = Failed{.end = std::move(end)};
    } catch (...) {
      failed = failure("");
    }
    // What it said comes first, as it does where a hook's own output is the user's.
    const std::string words = build_->redactor.redact(failed->end.stderr_tail);
    (void)hooks::base::write_all(STDERR_FILENO, words, "standard error");
    // What was thrown names the hook by itself.
    const std::string& reason = failed->end.outcome.reason;
    const bool is_named = reason.starts_with("hook " + shown(hook.name()));
    failed->message = build_->redactor.redact(is_named ? reason : where + reason);
    if (!failed->end.log.empty()) failed->message += " (its log: " + failed->end.log.native() + ")";
    throw *std::move(failed);
  }

  TargetOptions options_;
  std::stop_token stop_;
  std::optional<ProjectBuild> build_;
  std::optional<TargetBuild> target_;
  Hooks hooks_;
  std::vector<std::string> build_hooks_;
  std::size_t made_ = 0;  ///< hooks that can be used
  bool is_closed_ = false;
};

/// Lines of a descriptor.
class Lines {
 public:
  Lines(int input, std::stop_token stop) : input_(input), stop_(std::move(stop)) {
    if (stop_.fd() < 0) throw SystemError(hooks::base::system_error("cannot watch for a stop request", errno).value());
  }

  /// The next line; nothing at the end, after a stop request, and for one that is too long.
  std::optional<std::string> next() {
    while (true) {
      const std::size_t end = bytes_.find('\n');
      if (end != std::string::npos) {
        std::string line = bytes_.substr(0, end);
        bytes_.erase(0, end + 1);
        return line;
      }
      if (bytes_.size() > hooks::build_target::kLargestLine || !read()) return std::nullopt;
    }
  }

 private:
  bool read() {
    std::array<pollfd, 2> ready{pollfd{.fd = stop_.fd(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = input_, .events = POLLIN, .revents = 0}};
    const int count = hooks::base::repeat_on_eintr([&] { return ::poll(ready.data(), ready.size(), -1); });
    if (count < 0 || ready[0].revents != 0) return false;
    std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
    const ssize_t size = ::read(input_, buffer.data(), buffer.size());
    if (size <= 0) return size < 0 && errno == EINTR;
    bytes_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }

  int input_;
  StopSignal stop_;
  std::string bytes_;
};

/// Requests a stop when nobody can read what is written any more: a hook that hangs would outlive its front end.
class Reader {
 public:
  Reader(int output, std::stop_source& stop) : end_(::eventfd(0, EFD_CLOEXEC)) {
    if (end_.get() < 0)
      throw SystemError(hooks::base::system_error("cannot watch for the end of the front end", errno).value());
    thread_ = std::thread([this, output, &stop] { watch(output, stop); });
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(end_.get(), &one, sizeof one) == sizeof one);  // the counter cannot be full
    thread_.join();
  }

 private:
  void watch(int output, std::stop_source& stop) const {
    std::array<pollfd, 2> ends{pollfd{.fd = output, .events = 0, .revents = 0},
                               pollfd{.fd = end_.get(), .events = POLLIN, .revents = 0}};
    while (::poll(ends.data(), ends.size(), -1) < 0 && errno == EINTR) {
    }
    if (ends[0].revents != 0) stop.request_stop();
  }

  hooks::base::Fd end_;
  std::thread thread_;
};

Json::Object error_of(const Failed& failed) {
  return {{"message", failed.message},
          {"code", failed.end.exit_code > 0 ? failed.end.exit_code : kBroken},
          {"outcome", std::string(name_of(failed.end.outcome.outcome_class))}};
}

}  // namespace

int serve(const ServeOptions& options, const std::stop_token& stop) {
  const auto say = [&](const Json::Object& message) {
    const auto written = hooks::base::write_all(options.output, Json(message).to_string() + "\n", "standard output");
    return written.has_value();
  };
  if (!say({{"ready", 1}})) return kBroken;
  std::stop_source stops;
  const std::stop_callback when_stopped(stop, [&] { stops.request_stop(); });
  const Reader reader(options.output, stops);
  Server server(options, stops.get_token());
  Lines lines(options.input, stops.get_token());
  while (!server.is_closed()) {
    const std::optional<std::string> line = lines.next();
    if (!line) return 0;
    const auto request = hooks::base::parse_json(*line);
    const Json* id = request ? request->find("id") : nullptr;
    const Json* method = request ? request->find("method") : nullptr;
    const Json* params = request ? request->find("params") : nullptr;
    if (id == nullptr || method == nullptr || method->as_string() == nullptr) return kBroken;
    Json::Object answer{{"id", *id}};
    const Json::Object none;
    const Json::Object& given = params != nullptr && params->as_object() != nullptr ? *params->as_object() : none;
    try {
      answer.insert("result", server.answer(*method->as_string(), given));
    } catch (const Failed& failed) {
      answer.insert("error", error_of(failed));
    } catch (const std::exception& error) {
      answer.insert("error", error_of(failure(error.what())));
    }
    if (!say(answer)) return 0;
  }
  return 0;
}

}  // namespace grapnel::target
