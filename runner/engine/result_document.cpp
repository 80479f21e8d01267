// SPDX-License-Identifier: BSD-3-Clause
// The result document: Dart's BuildResult (spec: dart-hooks, section 4.5) and our outcome beside it.
#include "runner/engine/result_document.hpp"

#include "hooks_api/base/json.hpp"
#include "hooks_api/base/shown.hpp"
#include "hooks_api/protocol/asset.hpp"
#include "hooks_api/protocol/reader.hpp"
#include "hooks_api/protocol/validate.hpp"
#include "runner/base/file_uri.hpp"
#include <grapnel/result.hpp>

#include <stdexcept>
#include <utility>

namespace grapnel {

namespace protocol = hooks::protocol;
using hooks::Json;
using protocol::ObjectReader;

namespace {

constexpr const char* kAssets = "encodedAssets";
constexpr const char* kAssetsForLinking = "encodedAssetsForLinking";

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
    entry["directory"] = hook.directory;
    hooks.emplace_back(std::move(entry));
  }
  outcome["hooks"] = std::move(hooks);

  Json::Array dependencies;
  for (const std::filesystem::path& path : result.dependencies) dependencies.emplace_back(file_uri(path));
  return Json::Object{{"dependencies", std::move(dependencies)},
                      {kAssets, protocol::assets_to_json(result.assets)},
                      {"outcome", std::move(outcome)}};
}

OutcomeClass class_of(std::string_view name) {
  for (const OutcomeClass known : {OutcomeClass::success, OutcomeClass::build_failure, OutcomeClass::infra_failure,
                                   OutcomeClass::timed_out, OutcomeClass::canceled, OutcomeClass::skipped}) {
    if (name_of(known) == name) return known;
  }
  return OutcomeClass::uncategorized;
}

// Members that are judged and not used.
void read_evidence(ObjectReader& outcome) {
  for (const char* key : {"confirmed", "crash", "flaky", "resource_exhaustion", "timeout", "violation"}) {
    if (outcome.json().contains(key)) (void)outcome.required_bool(key);
  }
  for (const char* key : {"dart_kind", "luci_status", "retry"}) (void)outcome.optional_string(key);
  if (outcome.json().contains("row")) (void)outcome.required_integer("row");
  (void)outcome.optional_strings("notes");
}

Outcome read_outcome(ObjectReader& reader) {
  Outcome outcome;
  outcome.outcome_class = class_of(reader.required_string("class"));
  outcome.exit_code = static_cast<int>(reader.required_integer("exit_code"));
  outcome.reason = reader.optional_string("reason").value_or("");
  read_evidence(reader);
  return outcome;
}

void read_hooks(ObjectReader& outcome) {
  const Json::Array* list = outcome.optional_list("hooks");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (auto hook = outcome.element("hooks", i, (*list)[i])) {
      for (const char* key : {"directory", "hook", "package"}) (void)hook->required_string(key);
      (void)read_outcome(*hook);
    }
  }
}

PathList read_dependencies(ObjectReader& reader) {
  PathList paths;
  const Json::Array* list = reader.optional_list("dependencies");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const std::string key = "dependencies." + std::to_string(i);
    const std::string* uri = (*list)[i].as_string();
    if (uri == nullptr) {
      reader.fault(key, protocol::wrong_kind((*list)[i], "a string"));
    } else if (auto path = path_of_file_uri(*uri)) {
      paths.add(path->native());
    } else {
      reader.fault(key, "found " + hooks::base::shown(*uri) + "; expected a file URI");
    }
  }
  return paths;
}

BuildResult read_result(ObjectReader& reader) {
  BuildResult result;
  (void)reader.optional_string("$schema");
  for (const char* key : {"dependencies", kAssets}) {
    if (!reader.json().contains(key)) reader.fault(key, "missing; expected a list");
  }
  result.assets = protocol::read_assets(reader, kAssets);
  result.assets_for_linking = protocol::read_assets_by_package(reader, kAssetsForLinking);
  result.dependencies = read_dependencies(reader);
  if (auto outcome = reader.optional_object("outcome")) {
    result.outcome = read_outcome(*outcome);
    read_hooks(*outcome);
  }
  return result;
}

}  // namespace

Json to_json(const BuildResult& result) {
  Json::Object document = common_to_json(result);
  Json::Object for_linking;
  for (const auto& [package, assets] : result.assets_for_linking)
    for_linking[package] = protocol::assets_to_json(assets);
  document[kAssetsForLinking] = std::move(for_linking);
  return document;
}

Json to_json(const LinkResult& result) { return common_to_json(result); }

namespace engine {

protocol::Validation validate_result_document(const Json& document) {
  protocol::Validation found;
  if (const Json::Object* object = document.as_object()) {
    ObjectReader reader(*object, "", found);
    (void)read_result(reader);
  } else {
    found.errors.push_back({"", protocol::wrong_kind(document, "an object")});
  }
  return found;
}

protocol::Faults check_result_files(const Json& document) {
  protocol::Validation ignored;
  ObjectReader reader(*document.as_object(), "", ignored);
  BuildResult result = read_result(reader);
  hooks::HookOutput output;
  output.assets = std::move(result.assets);
  output.assets_for_linking = std::move(result.assets_for_linking);
  // The rules are those for an output of a build; a result has its own names for the two members.
  protocol::Faults faults = check_asset_files(output, protocol::HookKind::build);
  for (protocol::Fault& fault : faults) {
    for (const auto& [of_output, of_result] : {std::pair<std::string_view, std::string_view>{"assets.", kAssets},
                                               {"assets_for_linking.", kAssetsForLinking}}) {
      if (!fault.path.starts_with(of_output)) continue;
      fault.path.replace(0, of_output.size() - 1, of_result);
      break;
    }
  }
  return faults;
}

}  // namespace engine

BuildResult build_result_from_json(std::string_view text) {
  const auto document = hooks::base::parse_json(text);
  if (!document) throw std::invalid_argument(document.error().describe());
  if (document->as_object() == nullptr) throw std::invalid_argument(protocol::wrong_kind(*document, "an object"));
  protocol::Validation found;
  ObjectReader reader(*document->as_object(), "", found);
  BuildResult result = read_result(reader);
  if (!found.errors.empty()) throw std::invalid_argument("\n" + describe(found.errors));
  return result;
}

}  // namespace grapnel
