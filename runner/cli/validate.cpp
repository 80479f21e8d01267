// SPDX-License-Identifier: BSD-3-Clause
// `grapnel validate`: the verdicts, as lines for people and editors or as one JSON document (docs/validate.md).
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/base/working_directory.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/report/visible_text.hpp"
#include "runner/validate/judge.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace grapnel::cli {

namespace {

using hooks::Json;
using hooks::protocol::Fault;
using hooks::protocol::Faults;
using validate::Verdict;

constexpr int kInvalid = 1;
constexpr int kUnreadable = 2;

// One FILE of the command line, judged.
struct JudgedFile {
  std::string name;
  Verdict verdict{};
  int exit_code = 0;
};

// All of standard input; an error beyond `limit`, so that /dev/zero has an end.
hooks::base::Expected<std::string> read_standard_input(std::size_t limit) {
  std::string text;
  std::string block(std::size_t{64} << 10U, '\0');
  while (true) {
    const ssize_t count =
        hooks::base::repeat_on_eintr([&] { return ::read(STDIN_FILENO, block.data(), block.size()); });
    if (count < 0) return hooks::base::system_error("cannot read standard input", errno);
    if (count == 0) return text;
    text.append(block, 0, static_cast<std::size_t>(count));
    if (text.size() > limit) return text;  // whoever parses it says that it is too large
  }
}

// A file that is there and too large is no unreadable one: its size is what is wrong with it.
std::optional<std::string> too_large(const std::filesystem::path& file, std::size_t limit) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return std::nullopt;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error || size <= limit) return std::nullopt;
  return "the document has " + std::to_string(size) + " bytes; at most " + std::to_string(limit) + " are read";
}

JudgedFile judge_file(const std::string& name, const ValidateCommand& command) {
  JudgedFile judged{.name = name};
  const bool standard_input = name == "-";
  const std::filesystem::path file = standard_input ? std::filesystem::path() : std::filesystem::absolute(name);
  const auto kind = command.as ? command.as : validate::recognise_name(file);
  const std::size_t limit = validate::max_bytes(kind);
  if (auto fault = too_large(file, limit)) {
    judged.verdict.kind = kind;
    judged.verdict.found.errors.push_back({"", std::move(*fault)});
    judged.exit_code = kInvalid;
    return judged;
  }
  const auto text = standard_input ? read_standard_input(limit) : hooks::base::read_file(file, limit);
  if (!text) {
    judged.verdict.found.errors.push_back({"", text.error().message});
    judged.exit_code = kUnreadable;
    return judged;
  }
  judged.verdict =
      validate::judge(*text, {.kind = kind,
                              .file = file,
                              .directory = standard_input ? working_directory() : file.lexically_normal().parent_path(),
                              .check_files = command.check_files});
  if (judged.verdict.unrecognised()) {
    judged.verdict.found.errors.push_back(
        {"", "nothing in it says what kind of document it is; name it with --as " + document_kind_names()});
    judged.exit_code = kUsageError;
  } else if (!judged.verdict.found.errors.empty()) {
    judged.exit_code = kInvalid;
  }
  return judged;
}

// On one line, without anything that a terminal acts on.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : report::visible_text(text)) {
    if (c == '\n') {
      line += "\\x0A";
    } else if (c == '\t') {
      line += "\\x09";
    } else {
      line += c;
    }
  }
  return line;
}

// As compilers do it, for editors: "FILE:LINE:COLUMN: error: PATH: message".
void append_line(std::string& lines, const std::string& file, const char* severity, const Fault& fault) {
  lines += one_line(file);
  if (fault.line > 0) lines += ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column);
  lines += std::string(": ") + severity + ": ";
  if (!fault.path.empty()) lines += one_line(fault.path) + ": ";
  lines += one_line(fault.message) + "\n";
}

std::string lines_of(const JudgedFile& judged) {
  std::string lines;
  for (const Fault& fault : judged.verdict.found.errors) append_line(lines, judged.name, "error", fault);
  for (const Fault& fault : judged.verdict.found.warnings) append_line(lines, judged.name, "warning", fault);
  if (judged.exit_code == 0) {
    lines += one_line(judged.name) + ": valid " + std::string(name_of(*judged.verdict.kind)) + "\n";
  }
  return lines;
}

Json to_json(const Faults& faults) {
  Json::Array list;
  for (const Fault& fault : faults) {
    Json::Object entry{{"message", one_line(fault.message)}, {"path", one_line(fault.path)}};
    if (fault.line > 0) {
      entry["column"] = static_cast<std::int64_t>(fault.column);
      entry["line"] = static_cast<std::int64_t>(fault.line);
    }
    list.emplace_back(std::move(entry));
  }
  return list;
}

Json to_json(const JudgedFile& judged) {
  const auto& kind = judged.verdict.kind;
  return Json::Object{{"as", kind ? Json(name_of(*kind)) : Json()},
                      {"errors", to_json(judged.verdict.found.errors)},
                      {"file", judged.name},
                      {"valid", judged.exit_code == 0},
                      {"warnings", to_json(judged.verdict.found.warnings)}};
}

// The error that goes with the exit code, for whoever does not read standard output.
bool is_about_the_command(int exit_code) { return exit_code == kUnreadable || exit_code == kUsageError; }

}  // namespace

int run(const ValidateCommand& command) {
  int exit_code = 0;
  std::string lines;
  Json::Array files;
  for (const std::string& name : command.files) {
    const JudgedFile judged = judge_file(name, command);
    exit_code = std::max(exit_code, judged.exit_code);  // the graver, the larger
    if (is_about_the_command(judged.exit_code)) {
      const std::string& message = judged.verdict.found.errors.front().message;
      say(judged.exit_code == kUsageError ? name + ": " + message : message);
    } else if (!command.json) {
      lines += lines_of(judged);
    }
    if (command.json) files.emplace_back(to_json(judged));
  }
  if (command.json) lines = hooks::base::to_pretty_json(Json::Object{{"files", std::move(files)}}) + "\n";
  const auto written = hooks::base::write_all(STDOUT_FILENO, lines, "standard output");
  if (!written) {
    say(written.error().message);
    return kUnreadable;
  }
  return exit_code;
}

}  // namespace grapnel::cli
