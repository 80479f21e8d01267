// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/sdk/failure.hpp"

#include "hooks_api/base/backtrace.hpp"
#include "hooks_api/sdk/throw_trace.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace hooks {

struct detail::StackAccess {
  static std::string describe(const HookException& exception) {
    const int count = base::count_inner_frames(exception.frames_, exception.frame_count_);
    return base::describe_frames(exception.frames_, count);
  }
};

namespace sdk {

namespace {

constexpr const char* kHint =
    "hint: throw hooks::BuildException (the code is wrong) or hooks::InfraException (a download, a tool, the disk) "
    "to say what failed; any other exception counts as a bug in the hook\n";

// Longer chains than any real one are cut.
constexpr int kMaxCauses = 32;

// One exception of a chain.
struct Link {
  FailureType type = FailureType::uncategorized;
  std::string type_name;
  std::string message;
  std::string trace{};  // empty: not known
  std::exception_ptr cause{};
};

std::string type_name(const std::type_info& type) {
  int status = 0;
  char* text = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string name = status == 0 && text != nullptr ? text : type.name();
  std::free(text);
  // std::throw_with_nested(e) throws a class of the library's own around the type of e.
  constexpr std::string_view kWrapper = "std::_Nested_exception<";
  if (name.starts_with(kWrapper) && name.ends_with('>')) {
    name = name.substr(kWrapper.size(), name.size() - kWrapper.size() - 1);
  }
  return name;
}

// Of a throw that is not ours; `object` is null where only its type is known.
std::string trace_of_throw(const void* object, const std::type_info& type) {
  if (find_throw_trace == nullptr) return "";
  const ThrowTrace* found = find_throw_trace(object, type);
  if (found == nullptr) return "";
  return base::describe_frames(found->frames, base::count_inner_frames(found->frames, found->frame_count));
}

Link describe_standard(const std::exception& exception) {
  Link link;
  link.type_name = type_name(typeid(exception));
  link.message = exception.what();
  if (const auto* nested = dynamic_cast<const std::nested_exception*>(&exception)) link.cause = nested->nested_ptr();
  if (const auto* hook = dynamic_cast<const HookException*>(&exception)) {
    link.type = hook->type();
    link.trace = detail::StackAccess::describe(*hook);
  } else {
    link.trace = trace_of_throw(dynamic_cast<const void*>(&exception), typeid(exception));
  }
  return link;
}

// REQUIRES: an exception is being handled that is no std::exception.
Link describe_other(std::string message) {
  const std::type_info& type = *abi::__cxa_current_exception_type();
  Link link;
  link.type_name = type_name(type);
  link.message = std::move(message);
  link.trace = trace_of_throw(nullptr, type);
  return link;
}

Link describe_one(const std::exception_ptr& exception) {
  // Another language's runtime threw it.
  if (exception == nullptr) return Link{.type_name = "unknown", .message = "an exception that is not of C++"};
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& caught) {
    return describe_standard(caught);
  } catch (const std::string& text) {
    return describe_other(text);
  } catch (const char* text) {
    return describe_other(text != nullptr ? text : "a null pointer");
  } catch (int number) {
    return describe_other(std::to_string(number));
  } catch (...) {
    return describe_other("an exception without a message");
  }
}

std::string line_of(const Link& link) { return link.type_name + ": " + link.message + "\n"; }

}  // namespace

Failure plain_failure(FailureType type, std::string message) {
  while (message.ends_with('\n')) message.pop_back();
  std::string report = message + "\n";
  return Failure{.type = type, .message = std::move(message), .report = std::move(report)};
}

Failure describe_current_exception() {
  const Link outer = describe_one(std::current_exception());
  Failure failure{.type = outer.type, .message = outer.message, .report = line_of(outer), .type_name = outer.type_name};

  std::string trace_of_cause;
  std::exception_ptr next = outer.cause;
  for (int i = 0; next != nullptr && i < kMaxCauses; ++i) {
    const Link link = describe_one(next);
    failure.message += "\ncaused by: " + link.message;
    failure.report += "caused by: " + line_of(link);
    trace_of_cause = link.trace;
    next = link.cause;
  }

  if (!outer.trace.empty()) failure.trace += "stack trace:\n" + outer.trace;
  if (!trace_of_cause.empty()) failure.trace += "stack trace of the first cause:\n" + trace_of_cause;
  failure.report += failure.trace;
  if (outer.type == FailureType::uncategorized) failure.report += kHint;
  return failure;
}

}  // namespace sdk

}  // namespace hooks
