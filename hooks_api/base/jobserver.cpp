// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/jobserver.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>
#include <utility>

namespace hooks::base {

namespace {

constexpr std::string_view kBlanks = " \t\n";

/// Takes the next word of a MAKEFLAGS value, its escapes included.
std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  std::size_t end = 0;
  while (end < text.size() && kBlanks.find(text[end]) == std::string_view::npos) end += text[end] == '\\' ? 2U : 1U;
  end = std::min(end, text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

std::string unescaped(std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\\' && i + 1 < word.size()) ++i;
    text += word[i];
  }
  return text;
}

/// A descriptor's number at the beginning of `text`, taken from it; -1 where there is none.
int take_number(std::string_view& text) {
  int number = -1;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || number < 0) return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

JobserverAddress address_in(std::string_view value) {
  constexpr std::string_view kFifo = "fifo:";
  if (value.starts_with(kFifo)) return {.fifo = unescaped(value.substr(kFifo.size()))};
  JobserverAddress address;
  address.read_fd = take_number(value);
  if (!value.starts_with(',')) return {};
  value.remove_prefix(1);
  address.write_fd = take_number(value);
  if (!value.empty() || address.read_fd < 0 || address.write_fd < 0) return {};
  return address;
}

/// What is wrong with an inherited end of a pipe; empty where nothing is.
std::string fault_of(int fd, int access) {
  const std::string name = "descriptor " + std::to_string(fd);
  const int flags = ::fcntl(fd, F_GETFD);
  // One that closes on exec cannot have been inherited: it is some file of this process under that number.
  if (flags < 0 || (flags & FD_CLOEXEC) != 0) return name + " is not open";
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISFIFO(status.st_mode)) return name + " is no pipe";
  const int mode = ::fcntl(fd, F_GETFL) & O_ACCMODE;
  if (mode != access && mode != O_RDWR) return name + " is the wrong end of its pipe";
  return {};
}

constexpr const char* kWhat = "cannot use the jobserver of MAKEFLAGS: ";

tl::unexpected<Error> unusable(const std::string& why, int error_number) {
  return tl::unexpected<Error>(Error{kWhat + why, error_number});
}

tl::unexpected<Error> unusable(const Error& why) { return unusable(why.message, why.error_number); }

}  // namespace

std::optional<JobserverAddress> jobserver_address(std::string_view makeflags) {
  std::optional<JobserverAddress> address;
  while (true) {
    const std::string_view word = take_word(makeflags);
    // Behind "--" stand variables of the command line.
    if (word.empty() || word == "--") return address;
    for (const std::string_view option : {"--jobserver-auth=", "--jobserver-fds="}) {
      if (word.starts_with(option)) address = address_in(word.substr(option.size()));
    }
  }
}

Expected<Fd> own_description(int pipe, int flags) { return open_file("/proc/self/fd/" + std::to_string(pipe), flags); }

Expected<JobserverClient> JobserverClient::open(const JobserverAddress& address) {
  Expected<Fd> tokens;
  Expected<Fd> returns;
  if (!address.fifo.empty()) {
    struct stat status {};
    if (::stat(address.fifo.c_str(), &status) == 0 && !S_ISFIFO(status.st_mode)) {
      return unusable("'" + address.fifo.native() + "' is no named pipe", EINVAL);
    }
    // In this order: the end to write opens only while somebody has the other one.
    tokens = open_file(address.fifo, O_RDONLY | O_NONBLOCK);
    returns = open_file(address.fifo, O_WRONLY | O_NONBLOCK);
  } else {
    if (address.read_fd < 0) return unusable("it names no descriptors", EINVAL);
    if (const auto fault = fault_of(address.read_fd, O_RDONLY); !fault.empty()) return unusable(fault, EBADF);
    if (const auto fault = fault_of(address.write_fd, O_WRONLY); !fault.empty()) return unusable(fault, EBADF);
    tokens = own_description(address.read_fd, O_RDONLY | O_NONBLOCK);
    returns = own_description(address.write_fd, O_WRONLY | O_NONBLOCK);
  }
  if (!tokens) return unusable(tokens.error());
  if (!returns) return unusable(returns.error());
  return JobserverClient(std::move(*tokens), std::move(*returns));
}

JobserverClient::JobserverClient(Fd tokens, Fd returns) noexcept
    : tokens_(std::move(tokens)), returns_(std::move(returns)) {}

std::optional<char> JobserverClient::try_take() noexcept {
  char token = 0;
  if (repeat_on_eintr([&] { return ::read(tokens_.get(), &token, 1); }) != 1) return std::nullopt;
  return token;
}

bool JobserverClient::give_back(char token) noexcept {
  // There is room for what was taken, unless somebody fills the pipe: then a moment is enough or all is lost.
  constexpr int kMillisecondsToWait = 1000;
  while (repeat_on_eintr([&] { return ::write(returns_.get(), &token, 1); }) != 1) {
    pollfd room{returns_.get(), POLLOUT, 0};
    if (errno != EAGAIN || repeat_on_eintr([&] { return ::poll(&room, 1, kMillisecondsToWait); }) != 1) return false;
  }
  return true;
}

}  // namespace hooks::base
