// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/channel_worker.hpp"

#include "hooks_api/base/pidfd.hpp"
#include "hooks_api/base/spawn.hpp"
#include "tests/support/run.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace tests {

using hooks::base::Fd;
using hooks::pep517::Answer;
using hooks::pep517::Call;

namespace {

std::pair<Fd, Fd> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  return {Fd(ends[0]), Fd(ends[1])};
}

std::string path_of(const Fd& fd) { return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd.get()); }

// As the tests' own limit: a stalled machine is no failure.
constexpr int kPatienceMillis = 150'000;

}  // namespace

ChannelWorker::ChannelWorker(std::vector<std::string> command, const TemporaryDirectory& directory)
    : directory_(directory) {
  std::tie(read_calls_, write_calls_) = make_pipe();
  std::tie(read_answers_, write_answers_) = make_pipe();
  const auto err = hooks::base::open_file(directory / "worker.err", O_WRONLY | O_CREAT | O_APPEND).value();
  hooks::base::SpawnRequest request;
  request.executable = command.front();
  request.arguments = std::move(command);
  request.arguments.push_back(path_of(read_calls_));
  request.arguments.push_back(path_of(write_answers_));
  request.environment = environment_with();
  request.stderr_fd = err.get();
  const auto pid = hooks::base::spawn(request);
  if (!pid) throw std::runtime_error(pid.error().message);
  pid_ = *pid;
  process_ = Fd(hooks::base::open_pidfd(pid_));
}

ChannelWorker::~ChannelWorker() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

Call ChannelWorker::call_of(std::string hook, std::vector<hooks::pep517::CallArgument> arguments) {
  const std::string number = std::to_string(++calls_);
  const auto tree = directory_ / "tree";
  std::filesystem::create_directories(tree);
  return Call{.nonce = "nonce " + number,
              .tree = tree,
              .stdout_file = directory_.write("stdout." + number, "announced\n"),
              .stderr_file = directory_.write("stderr." + number, ""),
              .hook = std::move(hook),
              .arguments = std::move(arguments)};
}

void ChannelWorker::send(std::string_view bytes) const {
  if (!hooks::base::write_all(write_calls_.get(), bytes, "calls")) throw std::runtime_error("cannot send a call");
}

std::optional<Answer> ChannelWorker::read_answer() {
  while (true) {
    auto fields = frames_.next().value();
    if (fields) return hooks::pep517::to_answer(*fields).value();
    std::array<pollfd, 2> wanted{{{read_answers_.get(), POLLIN, 0}, {process_.get(), POLLIN, 0}}};
    const int count = hooks::base::repeat_on_eintr([&] { return ::poll(wanted.data(), 2, kPatienceMillis); });
    if (count <= 0) throw std::runtime_error("the worker does not answer");
    if ((wanted[0].revents & POLLIN) == 0) return std::nullopt;
    std::string bytes(4096, '\0');
    const auto got = ::read(read_answers_.get(), bytes.data(), bytes.size());
    if (got <= 0) throw std::runtime_error("cannot read an answer");
    frames_.feed(std::string_view(bytes).substr(0, static_cast<std::size_t>(got)));
  }
}

std::optional<Answer> ChannelWorker::run(const Call& call) {
  if (!is_ready_) {
    const auto ready = read_answer();
    if (!ready || ready->kind != "READY") throw std::runtime_error("the worker is not ready");
    is_ready_ = true;
  }
  send(hooks::pep517::to_frame(hooks::pep517::to_fields(call)));
  return read_answer();
}

bool ChannelWorker::has_more_answers() const {
  pollfd wanted{read_answers_.get(), POLLIN, 0};
  return ::poll(&wanted, 1, 0) > 0;
}

int ChannelWorker::wait() {
  int status = 0;
  const pid_t pid = std::exchange(pid_, -1);
  if (hooks::base::repeat_on_eintr([&] { return ::waitpid(pid, &status, 0); }) != pid) {
    throw std::runtime_error("waitpid");
  }
  return status;
}

}  // namespace tests
