// SPDX-License-Identifier: BSD-3-Clause
// What a worker or somebody else writes into the channel: frames are the same however their bytes arrive, and written
// again they are read again.
#include "hooks_api/pep517/channel.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

namespace {

using hooks::pep517::Fields;
using hooks::pep517::FrameReader;

struct Read {
  std::vector<Fields> frames;
  bool broken = false;
  friend bool operator==(const Read&, const Read&) = default;
};

Read read_in_pieces(std::string_view bytes, std::size_t size) {
  Read read;
  FrameReader reader;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, size));
    bytes.remove_prefix(bytes.size() < size ? bytes.size() : size);
    while (true) {
      const auto fields = reader.next();
      if (!fields) {
        read.broken = true;
        return read;
      }
      if (!*fields) break;
      read.frames.push_back(**fields);
    }
  }
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Read read = read_in_pieces(bytes, size + 1);
  if (!(read == read_in_pieces(bytes, 3))) std::abort();
  for (const Fields& fields : read.frames) {
    const auto frame = hooks::pep517::to_frame(fields);
    if (read_in_pieces(frame, frame.size()).frames != std::vector<Fields>{fields}) std::abort();
    const auto call = hooks::pep517::to_call(fields);
    if (call && to_fields(*call).size() != fields.size()) std::abort();
    const auto answer = hooks::pep517::to_answer(fields);
    if (answer && hooks::pep517::to_answer(to_fields(*answer)).value() != *answer) std::abort();
  }
  return 0;
}
