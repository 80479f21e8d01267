// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/removal.hpp"

#include "runner/cli/printed.hpp"
#include "runner/report/visible_text.hpp"

#include <cstdint>
#include <string_view>

namespace grapnel::cli {

namespace {

using engine::StatePlace;
using report::visible_text;

std::string_view words_for(StatePlace::Kind kind) {
  switch (kind) {
    case StatePlace::Kind::config:
      return "config";
    case StatePlace::Kind::shared:
      return "shared directory";
    case StatePlace::Kind::program:
      return "programs";
  }
  return "";
}

std::string directories(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " directory" : " directories");
}

}  // namespace

std::string described(const engine::Removal& removal, bool dry_run) {
  std::string text;
  std::uint64_t bytes = 0;
  for (const StatePlace& place : removal.removed) {
    text += visible_text(place.package) + ": " + std::string(words_for(place.kind)) +
            (place.checksum.empty() ? "" : " " + place.checksum) + ", " + shown_size(place.bytes) + "\n";
    bytes += place.bytes;
  }
  for (const engine::KeptPlace& kept : removal.kept) {
    text += "left: " + visible_text(kept.path.string()) + ": " + visible_text(kept.why) + "\n";
  }
  return text + (dry_run ? "would remove " : "removed ") + directories(removal.removed.size()) + ", " +
         shown_size(bytes) + "\n";
}

std::string described_links(const std::vector<std::filesystem::path>& links) {
  std::string text;
  for (const std::filesystem::path& link : links) {
    text += "left: " + visible_text(link.string()) + ": it is a symbolic link, which is not followed\n";
  }
  return text;
}

}  // namespace grapnel::cli
