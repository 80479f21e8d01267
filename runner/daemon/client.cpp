// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/shown.hpp"
#include "runner/base/stop_signal.hpp"
#include "runner/daemon/announced_file.hpp"
#include "runner/daemon/client_messages.hpp"
#include "runner/daemon/exchange.hpp"
#include "runner/daemon/hookd_process.hpp"
#include <grapnel/hookd_client.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace grapnel {

namespace {

using hookd::Deadline;
using hookd::HookdProcess;
using hookd::Message;
using std::chrono::milliseconds;

// For shutdown(), and for a hookd that says no more to end.
constexpr milliseconds kEndTime{10'000};

std::filesystem::path absolute_tree(const HookdOptions& options) {
  std::error_code error;
  std::filesystem::path tree =
      std::filesystem::absolute(options.source_tree.empty() ? "." : options.source_tree, error);
  if (error) throw HookdError("cannot tell the working directory: " + error.message());
  return tree;
}

std::string seconds(milliseconds time) {
  std::string text = std::to_string(time.count() / 1000);
  if (time.count() % 1000 != 0) text += "." + std::to_string(1000 + time.count() % 1000).substr(1);
  return text + " s";
}

}  // namespace

struct HookdClient::Process {
  explicit Process(HookdOptions with) : options(std::move(with)), tree(absolute_tree(options)), hookd(options) {}

  [[nodiscard]] Deadline deadline() const {
    return options.timeout.count() > 0 ? hookd::after(options.timeout) : std::nullopt;
  }

  /// Ends the hookd. `what` is for "the hookd 'x' WHAT".
  [[noreturn]] void fail(const std::string& what) {
    hookd.kill();
    has_ended = true;
    std::string message = "the hookd " + hooks::base::shown(options.command.front()) + " " + what;
    std::string printed = hookd.standard_error();
    while (!printed.empty() && printed.back() == '\n') printed.pop_back();
    if (!printed.empty()) message += "\nits standard error:\n" + printed;
    throw HookdError(message);
  }

  /// Its end was seen, or what it says has ended.
  [[noreturn]] void fail_at_end(const std::string& meanwhile) {
    static_cast<void>(hookd.wait_for_end(hookd::after(kEndTime)));
    hookd.kill();
    fail((hookd.end().starts_with("did not") ? "closed its standard output, " : "") + hookd.end() + " " + meanwhile);
  }

  /// FATAL was said: a TRACEBACK may follow.
  [[noreturn]] void fail_after_fatal(hookd::Exchange& exchange, const std::string& meanwhile) {
    const Deadline until = hookd::after(kEndTime);
    std::string& traceback = exchange.result().traceback;
    while (traceback.empty() && hookd.next_line(until, -1) == HookdProcess::Heard::line) {
      const std::optional<Message> message = hookd::to_message(hookd.line().text);
      if (message) static_cast<void>(exchange.take(*message));
    }
    if (!traceback.empty()) traceback.insert(0, "\n");
    fail("gave up " + meanwhile + ": " + exchange.fatal() + traceback);
  }

  /// The next message; a hookd from which none comes is ended.
  Message hear(const Deadline& until, milliseconds limit, int stop_fd, const std::string& meanwhile) {
    switch (hookd.next_line(until, stop_fd)) {
      case HookdProcess::Heard::line:
        break;
      case HookdProcess::Heard::end:
        fail_at_end(meanwhile);
      case HookdProcess::Heard::timeout:
        fail("was killed: it took more than " + seconds(limit) + " " + meanwhile);
      case HookdProcess::Heard::stop:
        fail("was killed, as a stop was requested " + meanwhile);
    }
    const hookd::Line& line = hookd.line();
    if (line.is_too_long) {
      fail("said a line of more than " + std::to_string(hookd::kLongestHookdLine) + " bytes " + meanwhile);
    }
    std::optional<Message> message = hookd::to_message(line.text);
    if (!message) {
      fail("said what its protocol does not know " + meanwhile + ": " +
           hooks::base::shown(std::string_view(line.text).substr(0, 200)));
    }
    return *std::move(message);
  }

  void require_alive() const {
    if (has_ended) throw HookdError("the hookd " + hooks::base::shown(options.command.front()) + " was ended before");
  }

  HookdOptions options;
  std::filesystem::path tree;
  HookdProcess hookd;
  bool has_ended = false;
};

HookdClient::HookdClient(HookdOptions options) : process_(std::make_unique<Process>(std::move(options))) {
  const Deadline deadline = process_->deadline();
  const std::string meanwhile = "before it was ready";
  while (true) {
    const Message message = process_->hear(deadline, process_->options.timeout, -1, meanwhile);
    if (message.kind == Message::Kind::ready) return;
    if (message.kind == Message::Kind::fatal) {
      process_->fail("gave up " + meanwhile + ": " + message.name + ": " + message.value);
    }
    if (message.kind != Message::Kind::debug) process_->fail("did not say READY first");
  }
}

HookdClient::HookdClient(HookdClient&&) noexcept = default;
HookdClient& HookdClient::operator=(HookdClient&& other) noexcept {
  // Whoever was here before is ended as by the destructor.
  HookdClient taken(std::move(other));
  std::swap(process_, taken.process_);
  return *this;
}

HookdClient::~HookdClient() {
  if (!process_ || process_->has_ended) return;
  try {
    shutdown();
  } catch (...) {
    // It was killed; or there was no memory to talk to it, and it is killed now.
  }
}

HookdResult HookdClient::run(const HookdCall& call, std::stop_token stop) {
  if (!process_) throw HookdError("the hookd was given away");
  process_->require_alive();
  hookd::Exchange exchange(call, process_->options.protocol, process_->tree);
  const StopSignal stop_signal(std::move(stop));
  const Deadline deadline = process_->deadline();
  const std::string meanwhile =
      "while it ran " + hooks::base::key_in_path(call.hook_name) + " of " +
      (call.build_backend.empty() ? "the default backend" : hooks::base::key_in_path(call.build_backend));
  const auto take_files = [&] {
    HookdResult& result = exchange.result();
    // Relative to the hookd's working directory.
    if (!exchange.stdout_file().empty()) {
      result.standard_output = hookd::take_announced_file(process_->tree / exchange.stdout_file());
    }
    if (!exchange.stderr_file().empty()) {
      result.standard_error = hookd::take_announced_file(process_->tree / exchange.stderr_file());
    }
  };
  try {
    while (!exchange.is_done()) {
      const Message message = process_->hear(deadline, process_->options.timeout, stop_signal.fd(), meanwhile);
      if (const std::string fault = exchange.take(message); !fault.empty()) {
        process_->fail("broke its protocol " + meanwhile + ": " + fault);
      }
      if (!exchange.fatal().empty()) process_->fail_after_fatal(exchange, meanwhile);
      process_->hookd.send(exchange.to_send());
    }
  } catch (const HookdError&) {
    take_files();
    throw;
  }
  take_files();
  return std::move(exchange.result());
}

void HookdClient::shutdown() {
  if (!process_) throw HookdError("the hookd was given away");
  process_->require_alive();
  const Deadline deadline = hookd::after(kEndTime);
  const std::string meanwhile = "when it was to shut down";
  bool is_asked = false;
  while (!is_asked) {
    const Message message = process_->hear(deadline, kEndTime, -1, meanwhile);
    if (message.kind == Message::Kind::debug) continue;
    if (message.kind != Message::Kind::expect || message.name != "action") {
      process_->fail("did not expect an action " + meanwhile);
    }
    is_asked = true;
  }
  process_->hookd.send("shutdown\n");
  const bool ended = process_->hookd.wait_for_end(deadline);
  if (!ended) process_->fail("did not end within " + seconds(kEndTime) + " " + meanwhile);
  process_->hookd.kill();
  if (!process_->hookd.ended_well()) process_->fail(process_->hookd.end() + " " + meanwhile);
  process_->has_ended = true;
}

}  // namespace grapnel
