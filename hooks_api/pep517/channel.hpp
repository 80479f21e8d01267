// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What grapnel and a warm worker say to each other: calls one way, answers the other, each a frame of fields. The
/// Python worker's bootstrap (runner/worker/bootstrap.py) speaks the same. Pure; the descriptors are others' business.
///
/// A frame is one line of decimal numbers, the lengths of its fields in bytes, separated by single spaces and ended by
/// '\n'; then the bytes of the fields, with nothing between them. At most 64 fields and 64 MiB.
///
/// A worker is started with two paths as its last arguments: where it reads calls, and where it writes answers. It
/// opens them itself, and holds neither while a hook runs: so a hook finds no descriptor that it could close, write to
/// or hand to a child. It opens the answers, writes one frame and closes them again; the calls it opens when it is
/// idle. When the calls end, it exits with code 0.
#pragma once

#include "hooks_api/base/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooks::pep517 {

using Fields = std::vector<std::string>;

inline constexpr std::size_t kMostFields = 64;
inline constexpr std::size_t kLargestFrame = 64U << 20U;

[[nodiscard]] std::string to_frame(const Fields& fields);

/// Takes frames out of bytes that arrive in pieces. Not thread safe.
class FrameReader {
 public:
  void feed(std::string_view bytes) { bytes_ += bytes; }
  /// The next complete frame; nothing where more bytes are needed. An error where the bytes are no frame: then the
  /// reader is of no more use.
  [[nodiscard]] base::Expected<std::optional<Fields>> next();

 private:
  std::string bytes_;
};

/// One argument of a hook.
struct CallArgument {
  enum class Kind { none, text, json };
  Kind kind = Kind::none;
  std::string value{};  ///< a path, or a JSON document
  friend bool operator==(const CallArgument&, const CallArgument&) = default;
};

/// Run one hook.
struct Call {
  std::string nonce{};         ///< comes back with the answer, so that nobody's rubbish is taken for it
  bool fresh_imports = false;  ///< forget the modules that were imported since the worker started
  std::string tree{};          ///< the working directory, absolute
  std::string stdout_file{};   ///< are there; what is printed is appended
  std::string stderr_file{};
  std::string backend{};                    ///< "hatchling.build", "module:object"; of no meaning to a native worker
  std::vector<std::string> backend_path{};  ///< absolute; put before sys.path, in this order, for this call
  std::string hook{};                       ///< its name
  std::vector<CallArgument> arguments{};    ///< by position
  friend bool operator==(const Call&, const Call&) = default;
};
[[nodiscard]] Fields to_fields(const Call& call);
/// An error for fields that are no call.
[[nodiscard]] base::Expected<Call> to_call(const Fields& fields);

/// What became of it. The worker's first words, when it is ready for calls, are an answer too: nonce "" and kind
/// "READY", and the text says who speaks ("3.11.2").
struct Answer {
  std::string nonce{};
  std::string kind{};       ///< "OK", or an error kind of hookd
  std::string text{};       ///< of OK: str() of the result; else the message
  std::string traceback{};  ///< may be empty
  bool infra = false;       ///< an InfraException; means something where `kind` is HookRuntimeError
  friend bool operator==(const Answer&, const Answer&) = default;
};
[[nodiscard]] Fields to_fields(const Answer& answer);
/// An error for fields that are no answer.
[[nodiscard]] base::Expected<Answer> to_answer(const Fields& fields);

}  // namespace hooks::pep517
