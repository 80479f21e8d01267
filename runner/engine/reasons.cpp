// SPDX-License-Identifier: BSD-3-Clause
#include <grapnel/events.hpp>

namespace grapnel {

std::string_view name_of(Reason::Kind kind) noexcept {
  switch (kind) {
    case Reason::Kind::no_record:
      return "no_record";
    case Reason::Kind::forced:
      return "forced";
    case Reason::Kind::program:
      return "program";
    case Reason::Kind::input:
      return "input";
    case Reason::Kind::environment:
      return "environment";
    case Reason::Kind::file:
      return "file";
    case Reason::Kind::directory:
      return "directory";
    case Reason::Kind::absent:
      return "absent";
    case Reason::Kind::tool:
      return "tool";
    case Reason::Kind::upstream:
      return "upstream";
    case Reason::Kind::output:
      return "output";
    case Reason::Kind::validation:
      return "validation";
    case Reason::Kind::moved:
      return "moved";
  }
  return "";
}

std::string describe(const Reason& reason) {
  std::string text;
  switch (reason.kind) {
    case Reason::Kind::no_record:
      return "no record of an earlier run";
    case Reason::Kind::forced:
      return "it was forced to";
    case Reason::Kind::validation:
      return "its output is not right by the rules of this version: " + reason.after;
    case Reason::Kind::program:
      text = reason.subject.empty() ? "its program" : "its program's " + reason.subject;
      break;
    case Reason::Kind::input:
      text = "input " + reason.subject;
      break;
    case Reason::Kind::environment:
      text = "environment variable " + reason.subject;
      break;
    case Reason::Kind::directory:
      text = "directory " + reason.subject;
      break;
    case Reason::Kind::tool:
      text = "tool " + reason.subject;
      break;
    case Reason::Kind::upstream:
      text = "asset " + reason.subject;
      break;
    case Reason::Kind::output:
      text = "its output " + reason.subject;
      break;
    case Reason::Kind::moved:
      return reason.subject + " changed while the hook ran";
    case Reason::Kind::file:
    case Reason::Kind::absent:
      text = reason.subject;
      break;
  }
  text += " changed";
  if (!reason.before.empty() || !reason.after.empty()) {
    const auto value = [](const std::string& of) { return of.empty() ? std::string("(not set)") : of; };
    text += ": " + value(reason.before) + " -> " + value(reason.after);
  }
  if (!reason.cause.empty()) text += " (by the hook of " + reason.cause + ")";
  return text;
}

}  // namespace grapnel
