// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/documents.hpp"

#include "hooks_api/base/json.hpp"
#include "hooks_api/base/rapidjson.hpp"
#include "hooks_api/protocol/output.hpp"
#include "hooks_api/protocol/validate.hpp"

#include <rapidjson/document.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace bench {

namespace {

namespace rj = RAPIDJSON_NAMESPACE;

constexpr std::size_t kBytes = 1'000'000;

/// What a hook with many data files writes: half of the bytes are assets, half are dependencies.
std::string large_output() {
  hooks::HookOutput output;
  output.timestamp = "2026-01-31 12:00:00.000";
  std::string text;
  const std::string root = "/home/somebody/projects/application/packages/atlas/data/";
  for (std::size_t count = 0; text.size() < kBytes; count += 100) {
    for (std::size_t i = count; i < count + 100; ++i) {
      const std::string name = "maps/region_" + std::to_string(i % 50) + "/tile_" + std::to_string(i) + ".bin";
      output.assets.push_back(hooks::DataAsset{"atlas", name, root + name}.encode());
      output.dependencies.emplace_back(root + name);
      output.dependencies.emplace_back(root + "source/" + name);
    }
    text = hooks::base::to_pretty_json(hooks::protocol::output_to_json(output, hooks::protocol::HookKind::build));
  }
  return text;
}

}  // namespace

Comparison read_large_output() {
  constexpr int kRounds = 101;
  constexpr unsigned kFlags = rj::kParseIterativeFlag | rj::kParseValidateEncodingFlag |
                              rj::kParseNumbersAsStringsFlag | rj::kParseStopWhenDoneFlag;
  const std::string text = large_output();
  const hooks::HookConfig config({}, {hooks::kDataAssetType}, false, std::nullopt);
  const auto ours = [&] {
    return time_of([&] {
      const auto document = hooks::base::parse_json(text);
      const auto read = hooks::protocol::read_output(document.value(), hooks::protocol::HookKind::build);
      const auto faults = hooks::protocol::validate_output_base(read.output, hooks::protocol::HookKind::build, config);
      if (!read.faults.empty() || !faults.empty()) throw std::logic_error("the document is valid");
    });
  };
  const auto rapidjson = [&] {
    return time_of([&] {
      rj::Document document;
      document.Parse<kFlags>(text.data(), text.size());
      if (document.HasParseError()) throw std::logic_error("the document is JSON");
    });
  };
  return in_turns(kRounds, ours, rapidjson);
}

}  // namespace bench
