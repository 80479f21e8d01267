// SPDX-License-Identifier: BSD-3-Clause
// The two entrances of a backend: main() of an executable, and the C function of a library.
#include "hooks_api/pep517/answers.hpp"
#include "hooks_api/pep517/channel.hpp"
#include "hooks_api/pep517/run_call.hpp"
#include "hooks_api/pep517/serve.hpp"
#include "hooks_api/sdk/report_output.hpp"
#include <hooks/pep517.hpp>

#include <exception>
#include <memory>
#include <optional>

namespace hooks::detail {

namespace {

using pep517::Answer;
using pep517::Call;

constexpr int kUsageError = 64;
constexpr int kBrokenChannel = 255;

base::Expected<Call> call_of_frame(std::string_view frame) {
  pep517::FrameReader reader;
  reader.feed(frame);
  const auto fields = reader.next();
  if (!fields) return tl::unexpected<base::Error>(fields.error());
  if (!*fields) return base::error("a frame is cut off");
  return pep517::to_call(**fields);
}

}  // namespace

int run_pep517(int argc, const char* const* argv, const Pep517Class& kind) noexcept {
  if (argc < 3) {
    sdk::print_error(
        "this is a build backend for `grapnel daemon`, which starts it by itself; name it in pyproject.toml: "
        "build-backend = \"native:PATH\"\n");
    return kUsageError;
  }
  try {
    std::unique_ptr<Pep517Backend> backend;
    return pep517::serve({.calls = argv[argc - 2], .answers = argv[argc - 1]},
                         [&](const Call& call) { return pep517::run_call(call, kind, backend); });
  } catch (const std::exception& fault) {
    sdk::print_error(std::string("build backend: cannot go on: ") + fault.what() + "\n");
    return kBrokenChannel;
  }
}

void run_pep517_call(const Pep517Class& kind, const char* call, std::size_t size, Pep517Answer* answer,
                     void* receiver) noexcept {
  static std::unique_ptr<Pep517Backend> backend;
  const auto read = call_of_frame({call, size});
  const Answer said =
      read ? pep517::run_call(*read, kind, backend)
           : pep517::error_answer({}, "HookRuntimeError",
                                  "the library does not understand this grapnel, build it with the SDK of the same "
                                  "version: " +
                                      read.error().message);
  const std::string frame = pep517::to_frame(pep517::to_fields(said));
  answer(receiver, frame.data(), frame.size());
}

}  // namespace hooks::detail
