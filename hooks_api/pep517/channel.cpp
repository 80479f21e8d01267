// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/pep517/channel.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hooks::pep517 {

namespace {

using base::Expected;

// Of the line of lengths: each has at most eight digits.
constexpr std::size_t kLongestLine = kMostFields * 9;
constexpr char kBetween = '\0';  // no path holds it

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += kBetween;
    all += text;
  }
  return all;
}

std::vector<std::string> parted(std::string_view all) {
  std::vector<std::string> texts;
  while (!all.empty()) {
    const std::size_t end = std::min(all.find(kBetween), all.size());
    texts.emplace_back(all.substr(0, end));
    all.remove_prefix(std::min(end + 1, all.size()));
  }
  return texts;
}

// The kind of an argument is its first character.
constexpr char kNone = '-';
constexpr char kText = 's';
constexpr char kJson = 'j';

std::string to_field(const CallArgument& argument) {
  switch (argument.kind) {
    case CallArgument::Kind::none:
      break;
    case CallArgument::Kind::text:
      return kText + argument.value;
    case CallArgument::Kind::json:
      return kJson + argument.value;
  }
  return {kNone};
}

std::optional<CallArgument> to_argument(const std::string& field) {
  if (field.empty()) return std::nullopt;
  switch (field.front()) {
    case kNone:
      return CallArgument{};
    case kText:
      return CallArgument{CallArgument::Kind::text, field.substr(1)};
    case kJson:
      return CallArgument{CallArgument::Kind::json, field.substr(1)};
    default:
      return std::nullopt;
  }
}

// A call without arguments has this many fields, an answer exactly this many.
constexpr std::size_t kCallFields = 8;
constexpr std::size_t kAnswerFields = 5;

}  // namespace

std::string to_frame(const Fields& fields) {
  std::string frame;
  std::size_t size = 0;
  for (const std::string& field : fields) {
    if (!frame.empty()) frame += ' ';
    frame += std::to_string(field.size());
    size += field.size();
  }
  frame += '\n';
  frame.reserve(frame.size() + size);
  for (const std::string& field : fields) frame += field;
  return frame;
}

Expected<std::optional<Fields>> FrameReader::next() {
  const std::size_t line_end = std::string_view(bytes_).substr(0, kLongestLine + 1).find('\n');
  if (line_end == std::string_view::npos) {
    if (bytes_.size() > kLongestLine) return base::error("a frame begins with a line of lengths, and this is none");
    return std::optional<Fields>();
  }
  std::vector<std::size_t> sizes;
  std::size_t all = line_end + 1;
  const char* at = bytes_.data();
  const char* const end = at + line_end;
  while (true) {
    std::size_t size = 0;
    const auto [after, failure] = std::from_chars(at, end, size);
    if (failure != std::errc() || size > kLargestFrame) return base::error("a frame has a length that is none");
    sizes.push_back(size);
    all += size;
    if (sizes.size() > kMostFields || all > kLargestFrame) return base::error("a frame is too large");
    if (after == end) break;
    if (*after != ' ') return base::error("a frame has a length that is none");
    at = after + 1;
  }
  if (bytes_.size() < all) return std::optional<Fields>();
  Fields fields;
  fields.reserve(sizes.size());
  std::size_t begin = line_end + 1;
  for (const std::size_t size : sizes) {
    fields.push_back(bytes_.substr(begin, size));
    begin += size;
  }
  bytes_.erase(0, all);
  return std::optional<Fields>(std::move(fields));
}

Fields to_fields(const Call& call) {
  Fields fields{call.nonce,
                call.fresh_imports ? "fresh" : "kept",
                call.tree,
                call.stdout_file,
                call.stderr_file,
                call.backend,
                joined(call.backend_path),
                call.hook};
  for (const CallArgument& argument : call.arguments) fields.push_back(to_field(argument));
  return fields;
}

Expected<Call> to_call(const Fields& fields) {
  if (fields.size() < kCallFields) return base::error("a call has too few fields");
  Call call{.nonce = fields[0],
            .fresh_imports = fields[1] == "fresh",
            .tree = fields[2],
            .stdout_file = fields[3],
            .stderr_file = fields[4],
            .backend = fields[5],
            .backend_path = parted(fields[6]),
            .hook = fields[7]};
  for (std::size_t i = kCallFields; i < fields.size(); ++i) {
    std::optional<CallArgument> argument = to_argument(fields[i]);
    if (!argument) return base::error("a call has an argument of an unknown kind");
    call.arguments.push_back(*std::move(argument));
  }
  return call;
}

Fields to_fields(const Answer& answer) {
  return {answer.nonce, answer.kind, answer.text, answer.traceback, answer.infra ? "infra" : ""};
}

Expected<Answer> to_answer(const Fields& fields) {
  if (fields.size() != kAnswerFields) return base::error("an answer has five fields");
  return Answer{fields[0], fields[1], fields[2], fields[3], fields[4] == "infra"};
}

}  // namespace hooks::pep517
