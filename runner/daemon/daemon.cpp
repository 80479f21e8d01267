// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/daemon.hpp"

#include "runner/base/errors.hpp"
#include "runner/daemon/conversation.hpp"
#include "runner/daemon/hook_events.hpp"
#include "runner/daemon/log.hpp"
#include "runner/daemon/native.hpp"
#include "runner/daemon/output_files.hpp"
#include "runner/daemon/protocol.hpp"
#include "runner/daemon/verdict.hpp"
#include "runner/daemon/workers.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/outcome/table.hpp"
#include "runner/process/stop_relay.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace grapnel::hookd {

namespace asio = boost::asio;
namespace pep517 = hooks::pep517;

namespace {

pep517::CallArgument argument_of(const Request& request, pep517::Argument argument) {
  using Kind = pep517::CallArgument::Kind;
  const auto unless_empty = [](Kind kind, const std::string& value) {
    return value.empty() ? pep517::CallArgument{} : pep517::CallArgument{kind, value};
  };
  if (is_result_directory(request.hook, argument)) return {Kind::text, request.directory.native()};
  if (argument == pep517::Argument::config_settings) return unless_empty(Kind::json, request.config_settings);
  return unless_empty(Kind::text, request.metadata_directory.native());
}

pep517::Call call_of(const Request& request, const OutputFiles& files, const DaemonOptions& options) {
  pep517::Call call{.fresh_imports = options.protocol == HookdProtocol::later,
                    .tree = options.source_tree.native(),
                    .stdout_file = files.standard_output.native(),
                    .stderr_file = files.standard_error.native(),
                    .backend = request.backend,
                    .backend_path = request.backend_path,
                    .hook = std::string(name_of(request.hook))};
  for (const pep517::Argument argument : arguments_of(request.hook)) {
    call.arguments.push_back(argument_of(request, argument));
  }
  return call;
}

/// One conversation. On the executor's thread only.
class Daemon {
 public:
  Daemon(const asio::any_io_executor& executor, const DaemonOptions& options)
      : options_(options),
        log_(options.log, options.environment),
        protocol_(options.protocol, options.source_tree),
        conversation_(executor, options.input, options.output, [this] { stop(); }),
        events_(options.events, options.source_tree, options.environment),
        workers_(executor, options, log_),
        relay_(executor, options.stop, [this] { stop(); }) {}

  asio::awaitable<DaemonEnd> run() {
    DaemonEnd end;
    std::exception_ptr fault;
    try {
      end.exit_code = co_await talk();
    } catch (...) {
      fault = std::current_exception();
    }
    if (fault) {
      end = {kBrokenConversation, outcome_of(fault)};
      log_.happened(end.outcome.reason);
      protocol_.fail("InternalError", end.outcome.reason);
      try {
        (void)co_await say();
      } catch (const SystemError&) {
        // It was the fault itself, mostly.
      }
    }
    co_await workers_.end();
    if (options_.stop.stop_requested()) {
      end = {-1, canceled()};
    } else if (is_stopped_ && end.outcome.success()) {
      end = {kBrokenConversation, outcome::internal_failure("the client has gone away")};
    } else if (end.exit_code != 0 && end.outcome.success()) {
      end.outcome = outcome::internal_failure("the client's input ended inside a request");
    }
    co_return end;
  }

 private:
  static Outcome outcome_of(const std::exception_ptr& fault) {
    try {
      std::rethrow_exception(fault);
    } catch (...) {
      return outcome::outcome_of_current_exception();
    }
  }

  static Outcome canceled() { return outcome::worker_died({.end = Exited{0}, .stop = outcome::StopReason::canceled}); }

  void stop() {
    is_stopped_ = true;
    conversation_.stop();
    workers_.stop();
  }

  // The exit code.
  asio::awaitable<int> talk() {
    (void)co_await say();
    while (true) {
      const Protocol::Step step = protocol_.next();
      if (const auto* run = std::get_if<Protocol::Run>(&step)) {
        co_await answer(run->request);
        continue;
      }
      const bool is_heard = co_await say();
      if (const auto* finished = std::get_if<Protocol::Finished>(&step)) co_return finished->exit_code;
      if (!is_heard || is_stopped_) co_return kBrokenConversation;
      if (!protocol_.backend().empty()) workers_.expect(protocol_.backend());
      const std::string bytes = co_await conversation_.read();
      if (is_stopped_) co_return kBrokenConversation;
      log_.received(bytes);
      if (bytes.empty()) {
        protocol_.end_of_input();
      } else {
        protocol_.feed(bytes);
      }
    }
  }

  // Sends what is to be sent. False where nobody hears it.
  asio::awaitable<bool> say() {
    const std::string text = protocol_.output();
    if (text.empty()) co_return true;
    log_.sent(text);
    const bool is_heard = co_await conversation_.write(text);
    co_return is_heard;
  }

  asio::awaitable<void> answer(const Request& request) {
    workers_.expect(request.backend);
    OutputFiles files;
    events_.starts(request);
    std::optional<Verdict> verdict;
    std::exception_ptr fault;
    try {
      files = value_or_throw(make_output_files(options_.temporary_directory));
      protocol_.announce(files.standard_output, files.standard_error);
      (void)co_await say();
      verdict = co_await run_hook(request, files);
    } catch (...) {
      fault = std::current_exception();
    }
    if (fault) verdict = not_run(outcome_of(fault));
    protocol_.reply(verdict->reply);
    const bool can_start_again = !std::holds_alternative<Failure>(verdict->reply) || was_warm_;
    // Once it is answered, the caller removes the files, whose ends are told.
    events_.finishes(*std::move(verdict), files);
    (void)co_await say();
    co_await workers_.finished(request.backend, can_start_again && !is_stopped_);
  }

  asio::awaitable<Verdict> run_hook(const Request& request, const OutputFiles& files) {
    const pep517::Call call = call_of(request, files, options_);
    constexpr int kMostTries = 3;
    for (int attempt = 1;; ++attempt) {
      worker::Worker& worker = workers_.worker_for(request.backend);
      const std::string name = worker.name();
      if (is_stopped_) worker.stop();
      const worker::CallResult result = co_await worker.call(call, options_.hook_timeout);
      if (const auto* answer = std::get_if<pep517::Answer>(&result)) {
        was_warm_ = true;
        co_return judge(request, *answer);
      }
      const auto& death = std::get<worker::Death>(result);
      log_.happened(name + " ended: " + describe(death.end));
      was_warm_ = death.cause != worker::Death::Cause::start;
      // One that had died since its last call has not seen this one.
      if (death.was_taken || !was_warm_ || is_stopped_ || attempt == kMostTries) {
        co_return judge(request, death, name, options_.hook_timeout);
      }
    }
  }

  const DaemonOptions& options_;
  Log log_;
  Protocol protocol_;
  Conversation conversation_;
  HookEvents events_;
  Workers workers_;
  process::StopRelay relay_;
  bool is_stopped_ = false;
  bool was_warm_ = false;  ///< the worker of the last request had begun to work
};

}  // namespace

DaemonEnd serve(const DaemonOptions& options) {
  asio::io_context context(1);
  Daemon daemon(context.get_executor(), options);
  std::optional<DaemonEnd> end;
  std::exception_ptr fault;
  asio::co_spawn(context, daemon.run(), [&](const std::exception_ptr& failure, DaemonEnd its_end) {
    fault = failure;
    end = std::move(its_end);
    context.stop();
  });
  context.run();
  if (fault) std::rethrow_exception(fault);
  return *std::move(end);
}

}  // namespace grapnel::hookd
