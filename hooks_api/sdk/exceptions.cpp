// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/backtrace.hpp"
#include <hooks/exceptions.hpp>

#include <utility>

namespace hooks {

HookException::HookException(FailureType type, std::string message, const void* thrown_from)
    : type_(type), message_(std::move(message)), frame_count_(base::capture_frames(frames_, kMaxFrames, thrown_from)) {}

HookException::~HookException() = default;

std::string HookException::stack_trace() const { return base::describe_frames(frames_, frame_count_); }

BuildException::BuildException(std::string message)
    : HookException(FailureType::build, std::move(message), __builtin_return_address(0)) {}
BuildException::~BuildException() = default;

InfraException::InfraException(std::string message)
    : HookException(FailureType::infra, std::move(message), __builtin_return_address(0)) {}
InfraException::~InfraException() = default;

}  // namespace hooks
