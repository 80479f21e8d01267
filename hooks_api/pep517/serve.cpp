// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/pep517/serve.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/forked.hpp"
#include "hooks_api/pep517/answers.hpp"
#include "hooks_api/pep517/call_streams.hpp"
#include "hooks_api/sdk/report_output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <utility>

namespace hooks::pep517 {

namespace {

using base::Expected;

// Opens one end of the channel. Never waits for the other side: the daemon holds both ends of its pipes, so what is
// missing will not come.
Expected<base::Fd> open_end(const std::string& path, int flags) {
  auto end = base::open_file(path, flags | O_NONBLOCK);
  if (end) ::fcntl(end->get(), F_SETFL, flags);
  return end;
}

Expected<void> write_answer(const std::string& path, const Answer& answer) {
  const auto end = open_end(path, O_WRONLY);
  if (!end) return tl::unexpected<base::Error>(end.error());
  return base::write_all(end->get(), to_frame(to_fields(answer)), path);
}

// The next call, or nothing where there are no more.
Expected<std::optional<Call>> read_call(const std::string& path, FrameReader& frames) {
  const auto end = open_end(path, O_RDONLY);
  if (!end) {
    // The daemon has gone, and its descriptors with it.
    if (end.error().error_number == ENOENT) return std::optional<Call>();
    return tl::unexpected<base::Error>(end.error());
  }
  std::string buffer(std::size_t{64} << 10U, '\0');
  while (true) {
    auto fields = frames.next();
    if (!fields) return tl::unexpected<base::Error>(std::move(fields.error()));
    if (*fields) return to_call(**fields).map([](Call&& call) { return std::optional<Call>(std::move(call)); });
    const ssize_t count = base::repeat_on_eintr([&] { return ::read(end->get(), buffer.data(), buffer.size()); });
    if (count < 0) return base::system_error("cannot read '" + path + "'", errno);
    if (count == 0) return std::optional<Call>();
    frames.feed(std::string_view(buffer).substr(0, static_cast<std::size_t>(count)));
  }
}

// `run` in the place where the call wants it.
Answer run_in_place(const Call& call, const std::function<Answer(const Call&)>& run) {
  const pid_t worker = ::getpid();
  const CallStreams streams(call.stdout_file, call.stderr_file);
  if (!streams.opened()) return infra_answer(call, "the hook was not run: " + streams.opened().error().message);
  if (::chdir(call.tree.c_str()) != 0) {
    const base::Error failure =
        base::system_error("the hook was not run: cannot enter the source tree '" + call.tree + "'", errno).value();
    return infra_answer(call, failure.message);
  }
  Answer answer = run(call);
  base::exit_if_forked_from(worker);
  return answer;
}

int end_by_fault(const base::Error& fault) {
  sdk::print_error("build backend: the channel to `grapnel daemon` is broken: " + fault.message + "\n");
  return 255;
}

}  // namespace

int serve(const ChannelPaths& channel, const std::function<Answer(const Call&)>& run) {
  if (const auto said = write_answer(channel.answers, {.kind = "READY", .text = "native"}); !said) {
    return end_by_fault(said.error());
  }
  FrameReader frames;
  while (true) {
    const auto call = read_call(channel.calls, frames);
    if (!call) return end_by_fault(call.error());
    if (!*call) return 0;
    if (const auto said = write_answer(channel.answers, run_in_place(**call, run)); !said) {
      return end_by_fault(said.error());
    }
  }
}

}  // namespace hooks::pep517
