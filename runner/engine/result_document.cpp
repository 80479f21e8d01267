// SPDX-License-Identifier: BSD-3-Clause
// The result document: Dart's BuildResult (spec: dart-hooks, section 4.5) and our outcome beside it.
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/asset.hpp"
#include "hooks_api/protocol/path_text.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/file_uri.hpp"
#include <grapnel/result.hpp>

#include <stdexcept>

namespace grapnel {

namespace protocol = hooks::protocol;
using hooks::Json;

namespace {

Json::Object outcome_to_json(const Outcome& outcome) {
  return Json::Object{{"class", name_of(outcome.outcome_class)},
                      {"confirmed", outcome.confirmed},
                      {"crash", outcome.crash},
                      {"dart_kind", name_of(outcome.dart_kind)},
                      {"exit_code", outcome.exit_code},
                      {"flaky", outcome.flaky},
                      {"luci_status", name_of(outcome.luci)},
                      {"notes", Json::Array(outcome.notes.begin(), outcome.notes.end())},
                      {"reason", outcome.reason},
                      {"resource_exhaustion", outcome.resource_exhaustion},
                      {"retry", name_of(outcome.retry)},
                      {"row", outcome.row},
                      {"timeout", outcome.timeout},
                      {"violation", outcome.violation}};
}

template <typename Result>
Json::Object common_to_json(const Result& result) {
  Json::Object outcome = outcome_to_json(result.outcome);
  Json::Array hooks;
  for (const HookResult& hook : result.hooks) {
    Json::Object entry = outcome_to_json(hook.outcome);
    entry["package"] = hook.hook.package;
    entry["hook"] = name_of(hook.hook.kind);
    entry["directory"] = hook.directory.string();
    hooks.emplace_back(std::move(entry));
  }
  outcome["hooks"] = std::move(hooks);

  Json::Array dependencies;
  for (const std::filesystem::path& path : result.dependencies) dependencies.emplace_back(file_uri(path));
  return Json::Object{{"dependencies", std::move(dependencies)},
                      {"encodedAssets", protocol::assets_to_json(result.assets)},
                      {"outcome", std::move(outcome)}};
}

OutcomeClass class_of(std::string_view name) {
  for (const OutcomeClass known : {OutcomeClass::success, OutcomeClass::build_failure, OutcomeClass::infra_failure,
                                   OutcomeClass::timed_out, OutcomeClass::canceled, OutcomeClass::skipped}) {
    if (name_of(known) == name) return known;
  }
  return OutcomeClass::uncategorized;
}

}  // namespace

Json to_json(const BuildResult& result) {
  Json::Object document = common_to_json(result);
  Json::Object for_linking;
  for (const auto& [package, assets] : result.assets_for_linking)
    for_linking[package] = protocol::assets_to_json(assets);
  document["encodedAssetsForLinking"] = std::move(for_linking);
  return document;
}

Json to_json(const LinkResult& result) { return common_to_json(result); }

BuildResult build_result_from_json(std::string_view text) {
  const auto document = hooks::base::parse_json(text);
  if (!document) throw std::invalid_argument(document.error().describe());
  if (document->as_object() == nullptr) throw std::invalid_argument(protocol::wrong_kind(*document, "an object"));

  protocol::Faults faults;
  protocol::ObjectReader reader(*document->as_object(), "", faults);
  BuildResult result;
  result.assets = protocol::read_assets(reader, "encodedAssets");
  result.assets_for_linking = protocol::read_assets_by_package(reader, "encodedAssetsForLinking");
  const std::vector<std::string> uris = reader.optional_strings("dependencies");
  for (std::size_t i = 0; i < uris.size(); ++i) {
    if (auto path = path_of_file_uri(uris[i])) {
      result.dependencies.push_back(std::move(*path));
    } else {
      reader.fault("dependencies." + std::to_string(i), "found '" + uris[i] + "'; expected a file URI");
    }
  }
  if (auto outcome = reader.optional_object("outcome")) {
    result.outcome.outcome_class = class_of(outcome->required_string("class"));
    result.outcome.exit_code = static_cast<int>(outcome->required_integer("exit_code"));
    result.outcome.reason = outcome->optional_string("reason").value_or("");
  }
  if (!faults.empty()) throw std::invalid_argument("\n" + describe(faults));
  return result;
}

}  // namespace grapnel
