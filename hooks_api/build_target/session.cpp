// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/build_target/session.hpp"

#include "hooks_api/base/forked.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/build_target/run_stage.hpp"
#include "hooks_api/build_target/stage_document.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/sdk/report_output.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hooks::build_target {

namespace {

using base::Expected;

constexpr std::string_view kChannel = "the channel to the runner";

/// The lines of the runner.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd) {}

  /// The next one; nothing at the end of the stream, where one that is not complete is no line.
  Expected<std::optional<std::string>> next() {
    while (true) {
      if (auto line = take()) return std::optional(std::move(*line));
      if (bytes_.size() > kLargestLine) return base::error("a line has more than 32 MiB");
      std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into below
      const ssize_t count = base::repeat_on_eintr([&] { return ::recv(fd_, buffer.data(), buffer.size(), 0); });
      if (count == 0 || (count < 0 && errno == ECONNRESET)) return std::optional<std::string>();
      if (count < 0) return base::system_error("cannot read", errno);
      bytes_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  std::optional<std::string> take() {
    const std::size_t end = bytes_.find('\n', searched_);
    searched_ = bytes_.size();
    if (end == std::string::npos) return std::nullopt;
    std::string line = bytes_.substr(0, end);
    bytes_.erase(0, end + 1);
    searched_ = 0;
    return line;
  }

  int fd_;
  std::string bytes_;
  std::size_t searched_ = 0;  // so many of them hold no end of a line
};

// A runner that has gone needs no answer. Without a signal, and without ignoring it: the programs that a hook starts
// would ignore it, too.
void send_line(int fd, const Json& message) {
  std::string text = message.to_string();
  text += '\n';
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t count = base::repeat_on_eintr([&] { return ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL); });
    if (count < 0) return;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

struct Request {
  Json id;
  std::string method;
  Json params;
};

Expected<Request> to_request(const std::string& line) {
  auto document = base::parse_json(line, {.bytes = kLargestLine, .depth = kDeepestInput});
  if (!document) return base::error("it is no JSON: " + document.error().describe());
  const Json* id = document->find("id");
  const Json* method = document->find("method");
  if (id == nullptr || id->as_integer() == nullptr || method == nullptr || method->as_string() == nullptr) {
    return base::error("it has no 'id' and 'method': " + base::shown(line));
  }
  const Json* params = document->find("params");
  return Request{.id = *id, .method = *method->as_string(), .params = params != nullptr ? *params : Json()};
}

// What other hooks have set meanwhile: a process for each stage would be given it.
void set_variables(const Json::Object& environment) {
  for (const auto& [name, value] : environment) {
    const std::string* const text = value.as_string();
    if (text != nullptr) {
      ::setenv(name.c_str(), text->c_str(), 1);
    } else {
      ::unsetenv(name.c_str());
    }
  }
}

/// Makes the hook when the first stage needs it: what its constructor throws is an answer, too.
class Hook {
 public:
  explicit Hook(detail::MakeBuildHook* make) : make_(make) {}

  StageOutput run(const Json& params) {
    protocol::Faults faults;
    const StageInput input = read_stage_input(params, faults);
    if (!faults.empty()) {
      return failed_stage(sdk::plain_failure(
          FailureType::uncategorized, "the request is not the input of a staged hook:\n" + protocol::describe(faults)));
    }
    set_variables(input.environment);
    try {
      if (hook_ == nullptr) hook_.reset(make_());
    } catch (...) {
      return failed_stage(sdk::describe_current_exception());
    }
    return run_stage(*hook_, input);
  }

 private:
  detail::MakeBuildHook* make_;
  std::unique_ptr<BuildHook> hook_;
};

int end_by_fault(const base::Error& fault) {
  sdk::print_error("staged hook: " + std::string(kChannel) + " is broken: " + fault.message + "\n");
  return protocol::exit_code(FailureType::uncategorized);
}

// Answers requests. Whatever is in `hook` is not needed any more afterwards.
Expected<void> answer_requests(int fd, Hook& hook) {
  const pid_t process = ::getpid();
  Lines lines(fd);
  send_line(fd, Json::Object{{"ready", 1}});
  while (true) {
    const auto line = lines.next();
    if (!line) return tl::unexpected<base::Error>(line.error());
    if (!*line) return {};
    const auto request = to_request(**line);
    if (!request) return tl::unexpected<base::Error>(request.error());
    if (request->method == "close") return {};
    if (request->method != "stage") {
      const std::string message = "found the method " + base::shown(request->method) + "; expected 'stage' or 'close'";
      send_line(fd, Json::Object{{"id", request->id}, {"error", Json::Object{{"message", message}}}});
      continue;
    }
    const StageOutput output = hook.run(request->params);
    base::exit_if_forked_from(process);
    // What the stage printed comes before whatever the runner does next.
    std::fflush(stdout);
    send_line(fd, Json::Object{{"id", request->id}, {"result", to_json(output)}});
  }
}

}  // namespace

int serve_session(base::Fd channel, detail::MakeBuildHook* make) {
  ::fcntl(channel.get(), F_SETFD, FD_CLOEXEC);
  if (::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
    return end_by_fault(base::system_error("cannot move standard output to standard error", errno).value());
  }
  Hook hook(make);
  const auto ended = answer_requests(channel.get(), hook);
  return ended ? 0 : end_by_fault(ended.error());
}

}  // namespace hooks::build_target
