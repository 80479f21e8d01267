// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/config_use.hpp"

#include "runner/base/errors.hpp"

#include <charconv>
#include <system_error>

namespace grapnel::engine {

void note_use(cache::StateLog& log, const std::string& checksum, cache::Moment now) {
  constexpr cache::Moment kGranularity = std::chrono::nanoseconds(kUseGranularity).count();
  const auto noted = noted_use(log, checksum);
  if (noted && *noted <= now && now - *noted < kGranularity) return;
  try {
    log.append(cache::EntryType::used, checksum, std::to_string(now));
    // Whoever removes things first removes their records, then looks for uses; a run does it the other way round. So
    // one of the two sees the other.
    log.refresh();
  } catch (const SystemError&) {
  }
}

std::optional<cache::Moment> noted_use(const cache::StateLog& log, const std::string& checksum) {
  const auto text = log.find(cache::EntryType::used, checksum);
  if (!text) return std::nullopt;
  cache::Moment moment = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), moment);
  if (failure != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return moment;
}

}  // namespace grapnel::engine
