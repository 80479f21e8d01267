// SPDX-License-Identifier: BSD-3-Clause
#include "runner/luci/luciexe.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/report/event_json.hpp"
#include "runner/report/luci_encoders.hpp"
#include "runner/report/visible_text.hpp"

#include <algorithm>

namespace grapnel::luci {

namespace {

// The host's limit of a datagram is 10 MiB.
constexpr std::size_t kMostBuild = 9U << 20U;
constexpr const char* kBuildType = "application/luci+proto; message=buildbucket.v2.Build";

}  // namespace

LuciexeSink::LuciexeSink(LuciexeOptions options)
    : options_(std::move(options)), is_output_written_(options_.output.empty()) {
  connect();
}

LuciexeSink::~LuciexeSink() = default;

void LuciexeSink::connect() {
  const char* const without = "; nothing is streamed";
  if (options_.server.empty()) {
    options_.warn("warning: there is no LogDog butler (LOGDOG_STREAM_SERVER_PATH is not set)" + std::string(without));
    return;
  }
  try {
    auto butler = std::make_unique<Butler>(options_.server, options_.space);
    if (const auto stream = butler->open("build.proto", Butler::Type::datagram, kBuildType)) {
      builds_ = *stream;
      butler_ = std::move(butler);
    } else {
      options_.warn("warning: " + butler->problem() + without);
    }
  } catch (const std::exception& error) {
    options_.warn("warning: " + std::string(error.what()) + without);
  }
}

void LuciexeSink::on_event(const Event& event) {
  if (!std::holds_alternative<HookOutput>(event)) builder_.add(report::with_utf8_text(event));
  is_changed_ = true;
  if (const auto* output = std::get_if<HookOutput>(&event)) {
    on_output(*output);
  } else if (const auto* finished = std::get_if<HookFinished>(&event)) {
    on_finished(*finished);
  } else if (std::holds_alternative<CommandStarted>(event)) {
    send(builder_.model().now);
  } else if (const auto* over = std::get_if<CommandFinished>(&event)) {
    on_end(*over);
  }
}

void LuciexeSink::on_tick(const Tick& tick) {
  if (is_changed_ && tick.time >= next_send_) send(tick.time);
  say_problem();
}

std::optional<Butler::Id> LuciexeSink::open_log(const HookId& hook, const std::string& name,
                                                const std::string& content_type) {
  HookLogs& logs = logs_[{hook.kind, hook.package}];
  const auto known = logs.open.find(name);
  if (known != logs.open.end()) return known->second;
  const std::string stream = std::string(name_of(hook.kind)) + "_hooks/" + stream_segment(hook.package) + "/" + name;
  const auto id = butler_->open(stream, Butler::Type::text, content_type);
  if (!id) return std::nullopt;
  logs.open.emplace(name, *id);
  // The host makes a view URL of it.
  logs.logs.push_back({.name = name, .url = stream});
  return id;
}

void LuciexeSink::on_output(const HookOutput& output) {
  if (!butler_) return;
  const char* name = output.stream == HookOutput::Stream::standard_output ? "stdout" : "stderr";
  if (const auto stream = open_log(output.hook, name, "text/plain")) butler_->write(*stream, output.text);
}

void LuciexeSink::stream_file(const HookId& hook, const std::string& name, const std::filesystem::path& file) {
  constexpr std::size_t kMost = 128U << 10U;  // less than the butler lets wait
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  std::string text;
  if (!error && bytes > kMost) {
    // A part of it could end within a secret.
    text = "[grapnel: this document has " + std::to_string(bytes) + " bytes, and at most " + std::to_string(kMost) +
           " are streamed; all of it is in '" + report::visible_text(file.string()) + "']\n";
  } else {
    const auto read = hooks::base::read_file(file, kMost);
    if (!read) return;
    text = *read;
  }
  if (const auto stream = open_log(hook, name, "application/json")) butler_->write(*stream, redactor_.redact(text));
}

void LuciexeSink::on_finished(const HookFinished& finished) {
  if (!butler_) return;
  if (!finished.log.empty() && !finished.directory.empty()) {
    stream_file(finished.hook, "input.json", finished.directory / "input.json");
    const char* const output = finished.outcome.success() ? "output.json" : "output.failed.json";
    stream_file(finished.hook, "output.json", finished.directory / output);
  }
  const auto logs = logs_.find({finished.hook.kind, finished.hook.package});
  if (logs == logs_.end()) return;
  for (const auto& [name, stream] : logs->second.open) butler_->close(stream);
}

report::luci::Build LuciexeSink::build() const {
  if (!butler_) return make_build(builder_.model(), options_.identity);
  return make_build(builder_.model(), options_.identity,
                    [this](const report::HookModel& hook, std::optional<std::size_t> attempt) {
                      const auto logs = logs_.find({hook.id.kind, hook.id.package});
                      // The streams are those of all attempts.
                      if (attempt || logs == logs_.end()) return std::vector<report::luci::Log>();
                      return logs->second.logs;
                    });
}

void LuciexeSink::send(Moment time) {
  if (!butler_) return;
  const Moment begin = now();
  report::luci::Build current = build();
  shrink(current, kMostBuild);
  butler_->send(builds_, to_pb(current));
  is_changed_ = false;
  // At most one a second, and of a Build that takes long to make fewer: the run is on this thread.
  constexpr int kShare = 20;
  next_send_ = time + std::max<std::chrono::nanoseconds>(std::chrono::seconds(1), kShare * (now() - begin));
}

void LuciexeSink::say_problem() {
  if (!butler_ || is_problem_said_) return;
  const std::string problem = butler_->problem();
  if (problem.empty()) return;
  is_problem_said_ = true;
  options_.warn("warning: " + problem);
}

void LuciexeSink::on_end(const CommandFinished& finished) {
  if (!options_.output.empty()) {
    const auto written = hooks::base::publish_file(options_.output, encode_for(build(), options_.output.string()));
    is_output_written_ = written.has_value();
    if (!written) options_.warn("the build is not written: " + written.error().message);
  }
  if (!butler_) return;
  send(builder_.model().now);
  butler_->finish(wait_at_end(options_.deadline, finished.signal != 0));
  say_problem();
}

}  // namespace grapnel::luci
