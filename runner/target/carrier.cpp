// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/carrier.hpp"

#include "hooks_api/build_target/run_stage.hpp"
#include "hooks_api/protocol/output.hpp"
#include "runner/outcome/classify.hpp"
#include <hooks/build_target.hpp>

#include <utility>

namespace grapnel::target {

using hooks::build_target::StageInput;
using hooks::build_target::StageOutput;

Carrier::~Carrier() = default;

void count_abort(StageEnd& end, const std::optional<std::int64_t>& code) {
  constexpr std::int64_t kMost = 125;
  end.exit_code = end.outcome.exit_code;
  // 1 and 2 are classes already; nothing else that a hook says may look like success.
  if (code && *code >= 1 && *code <= kMost) end.exit_code = static_cast<int>(*code);
}

StageEnd failed_by_answer(const StageOutput::Failure& failure) {
  outcome::Evidence evidence;
  evidence.output.state = outcome::OutputEvidence::State::read;
  evidence.output.status.status = hooks::protocol::OutputStatus::Status::failure;
  evidence.output.status.details_type = failure.type;
  evidence.output.status.message = failure.message;
  int exit_code = hooks::protocol::exit_code(hooks::FailureType::uncategorized);
  if (failure.type == "build") exit_code = hooks::protocol::exit_code(hooks::FailureType::build);
  if (failure.type == "infra") exit_code = hooks::protocol::exit_code(hooks::FailureType::infra);
  evidence.end = Exited{exit_code};
  StageEnd end = ended(outcome::classify(evidence));
  if (!failure.message.empty()) end.outcome.reason = failure.message;
  count_abort(end, failure.code);
  return end;
}

namespace {

class InProcess final : public Carrier {
 public:
  InProcess(std::string name, HookFactory factory) : name_(std::move(name)), factory_(std::move(factory)) {}

  StageEnd construct() override {
    try {
      hook_ = factory_();
    } catch (const std::exception& error) {
      return ended(outcome::raised(false, error.what()));
    }
    return {};
  }

  Carried carry(StageInput input, const std::filesystem::path&) override {
    StageOutput output = hooks::build_target::run_stage(*hook_, input);
    if (output.failure) return {.end = failed_by_answer(*output.failure)};
    return {.end = ended(outcome::returned()), .output = std::move(output)};
  }

  [[nodiscard]] std::string identity() const override { return {}; }

 private:
  std::string name_;
  HookFactory factory_;
  std::unique_ptr<hooks::BuildHook> hook_;
};

}  // namespace

std::unique_ptr<Carrier> in_process(std::string name, HookFactory factory) {
  return std::make_unique<InProcess>(std::move(name), std::move(factory));
}

}  // namespace grapnel::target
