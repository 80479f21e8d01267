// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/events_file.hpp"

#include "runner/base/errors.hpp"
#include "runner/report/event_json.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

namespace grapnel::report {

namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10U;

std::string words_for(const std::string& path, const char* standard_stream) {
  return path == "-" ? standard_stream : "'" + path + "'";
}

// Lines of a descriptor, none of them longer than an event may be.
class Lines {
 public:
  Lines(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

  // The next whole line without its end; false where there is none.
  bool next(std::string& line) {
    while (true) {
      const std::size_t end = text_.find('\n', searched_);
      if (end != text_.npos) {
        line.assign(text_, begin_, end - begin_);
        begin_ = searched_ = end + 1;
        return true;
      }
      searched_ = text_.size();
      if (searched_ - begin_ > kLongestEventLine) {
        throw ProjectError(name_ + " has a line of more than " + std::to_string(kLongestEventLine) +
                           " bytes, which is no event");
      }
      if (!read_more()) return false;
    }
  }
  // Whether something is behind the last whole line.
  [[nodiscard]] bool has_rest() const { return begin_ < text_.size(); }

 private:
  bool read_more() {
    text_.erase(0, begin_);
    searched_ -= begin_;
    begin_ = 0;
    const std::size_t size = text_.size();
    text_.resize(size + kChunk);
    const ssize_t count = hooks::base::repeat_on_eintr([&] { return ::read(fd_, text_.data() + size, kChunk); });
    text_.resize(size + static_cast<std::size_t>(count < 0 ? 0 : count));
    if (count < 0) throw SystemError(hooks::base::system_error("cannot read " + name_, errno).value());
    return count > 0;
  }

  int fd_;
  std::string name_;
  std::string text_;
  std::size_t begin_ = 0;
  std::size_t searched_ = 0;
};

}  // namespace

EventsFile::EventsFile(std::string path, Say warn, std::stop_token stop)
    : path_(std::move(path)), warn_(std::move(warn)) {
  if (path_ == "-") {
    out_.emplace(STDOUT_FILENO, std::move(stop));
    return;
  }
  // Not blocking: a FIFO that nobody reads is an error.
  auto file = hooks::base::open_file(path_, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_NONBLOCK);
  if (!file) {
    give_up(file.error().message);
    return;
  }
  file_ = std::move(*file);
  out_.emplace(file_.get(), std::move(stop));
}

EventsFile::~EventsFile() { flush(); }

void EventsFile::on_event(const Event& event) {
  if (!out_ || std::holds_alternative<HookOutput>(event)) return;
  buffer_ += event_to_json(with_utf8_text(event)).to_string();
  buffer_ += '\n';
  const auto* const finished = std::get_if<HookFinished>(&event);
  const bool may_wait = finished != nullptr && finished->up_to_date;
  if (!may_wait || buffer_.size() >= kChunk) flush();
}

void EventsFile::on_tick(const Tick& /*tick*/) { flush(); }

void EventsFile::flush() {
  if (!out_ || buffer_.empty()) return;
  const auto written = out_->write(buffer_, words_for(path_, "standard output"));
  buffer_.clear();
  if (!written) give_up(written.error().message);
}

void EventsFile::give_up(const std::string& why) {
  out_.reset();
  if (warn_) warn_("warning: the events are not written: " + why);
}

bool read_events(const std::string& path, EventSink& sink) {
  const std::string name = words_for(path, "standard input");
  hooks::base::Fd file;
  if (path != "-") {
    auto opened = hooks::base::open_file(path, O_RDONLY | O_NOCTTY);
    if (!opened) throw SystemError(opened.error());
    file = std::move(*opened);
  }
  Lines lines(path == "-" ? STDIN_FILENO : file.get(), name);
  bool is_complete = false;
  std::string line;
  for (std::size_t number = 1; lines.next(line); ++number) {
    const auto refuse = [&](const std::string& why) {
      throw ProjectError(name + ", line " + std::to_string(number) + ": " + why +
                         ". Files of events are written by 'grapnel build --events FILE'.");
    };
    if (is_complete) refuse("something follows the last event");
    try {
      const Event event = event_from_json(line);
      if (number == 1 && !std::holds_alternative<CommandStarted>(event)) {
        refuse("the first event is not 'command_started'");
      }
      is_complete = std::holds_alternative<CommandFinished>(event);
      sink.on_event(event);
    } catch (const std::invalid_argument& fault) {
      if (dynamic_cast<const ProjectError*>(&fault) != nullptr) throw;
      refuse(fault.what());
    }
  }
  return is_complete && !lines.has_rest();
}

}  // namespace grapnel::report
