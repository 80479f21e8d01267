// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Files of events: written while a run goes on, read afterwards.
#pragma once

#include "hooks_api/base/files.hpp"
#include "runner/base/patient_writer.hpp"
#include <grapnel/events.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace grapnel::report {

/// Says something to the user.
using Say = std::function<void(const std::string&)>;

/// Writes every event but HookOutput as a line. Nothing is lost but the last tenth of a second where the program is
/// killed; whoever reads the file sees that it was cut off.
class EventsFile final : public EventSink {
 public:
  /// "-" is standard output; a file is made anew. Where it cannot be written to, that is said once, and the run goes on
  /// without it.
  /// Whoever reads a pipe is waited for, until `stop`.
  EventsFile(std::string path, Say warn, std::stop_token stop = {});
  ~EventsFile() override;
  EventsFile(const EventsFile&) = delete;
  EventsFile& operator=(const EventsFile&) = delete;

  void on_event(const Event& event) override;
  void on_tick(const Tick& tick) override;

 private:
  void flush();
  void give_up(const std::string& why);

  std::string path_;
  Say warn_;
  hooks::base::Fd file_;
  std::optional<PatientWriter> out_;  ///< to file_, or standard output; nothing where it cannot be written
  std::string buffer_;
};

/// Reads a file of events ("-": standard input) and gives them to `sink`, in order. A last line that is cut off is left
/// out. Throws ProjectError for anything that is no event, with its line; SystemError where it cannot be read. Gives
/// whether the stream was complete.
[[nodiscard]] bool read_events(const std::string& path, EventSink& sink);

}  // namespace grapnel::report
