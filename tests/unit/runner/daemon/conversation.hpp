// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A whole conversation with the state machine, without any process.
#pragma once

#include "runner/daemon/protocol.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tests {

struct Conversation {
  std::string output;
  std::vector<grapnel::hookd::Request> requests;
  std::optional<int> exit_code;  ///< nothing where it waits for more
};

/// How a test answers a request.
using Answerer = std::function<grapnel::hookd::Reply(const grapnel::hookd::Request&)>;

inline grapnel::hookd::Reply answer_ok(const grapnel::hookd::Request& /*request*/) {
  return grapnel::hookd::Success{"done"};
}

/// The daemon's loop in small: STDOUT is /o, STDERR /e.
class Converser {
 public:
  explicit Converser(grapnel::HookdProtocol dialect, Answerer answer = answer_ok, std::string tree = "/tree")
      : protocol_(dialect, std::move(tree)), answer_(std::move(answer)) {
    work();
  }
  void feed(std::string_view bytes) {
    protocol_.feed(bytes);
    work();
  }
  void end_of_input() {
    protocol_.end_of_input();
    work();
  }
  [[nodiscard]] const Conversation& so_far() const { return conversation_; }

 private:
  void work() {
    while (true) {
      auto step = protocol_.next();
      conversation_.output += protocol_.output();
      if (std::holds_alternative<grapnel::hookd::Protocol::NeedsInput>(step)) return;
      if (const auto* end = std::get_if<grapnel::hookd::Protocol::Finished>(&step)) {
        conversation_.exit_code = end->exit_code;
        return;
      }
      auto& run = std::get<grapnel::hookd::Protocol::Run>(step);
      conversation_.requests.push_back(run.request);
      protocol_.announce("/o", "/e");
      protocol_.reply(answer_(run.request));
    }
  }

  grapnel::hookd::Protocol protocol_;
  Answerer answer_;
  Conversation conversation_;
};

/// All of `input` at once; the input goes on.
inline Conversation converse(grapnel::HookdProtocol dialect, std::string_view input, Answerer answer = answer_ok) {
  Converser converser(dialect, std::move(answer));
  converser.feed(input);
  return converser.so_far();
}

/// The input ends behind `input`.
inline Conversation converse_to_end(grapnel::HookdProtocol dialect, std::string_view input,
                                    Answerer answer = answer_ok) {
  Converser converser(dialect, std::move(answer));
  converser.feed(input);
  converser.end_of_input();
  return converser.so_far();
}

}  // namespace tests
