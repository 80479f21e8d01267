// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/hook_memory.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/output.hpp"
#include "runner/engine/json_changes.hpp"

#include <algorithm>
#include <ctime>
#include <system_error>
#include <unordered_set>
#include <utility>

namespace grapnel::engine {

namespace {

namespace fs = std::filesystem;
namespace protocol = hooks::protocol;

using cache::Counts;
using cache::Dependency;
using cache::Digest;
using cache::EnvironmentRule;
using cache::EnvironmentTable;
using cache::HookRecord;
using cache::Role;

// Counts up where the rules for outputs get stricter: then outputs that were right are judged again.
constexpr std::uint64_t kRulesVersion = 1;

// More would make the record a burden for every run.
constexpr std::size_t kMostFiles = 100'000;

std::string key_of(const HookId& hook, const std::string& config) {
  return cache::log_key({hook.package, name_of(hook.kind), config});
}

Digest verdict_of(const std::vector<std::string_view>& receivers,
                  const std::set<std::string, std::less<>>& link_hooks) {
  cache::Fields fields;
  fields.add(kRulesVersion);
  for (const std::string_view receiver : receivers) fields.add(receiver).add(link_hooks.contains(receiver) ? 1U : 0U);
  return fields.digest();
}

std::string local_time(cache::Moment moment) {
  constexpr cache::Moment kSecond = 1'000'000'000;
  const std::time_t time = moment / kSecond;
  std::tm parts{};
  ::localtime_r(&time, &parts);
  char text[32] = "";
  std::strftime(text, sizeof text, "%F %T", &parts);
  return text;
}

// What a person sees of a file: enough of its digest to tell two apart, and when it was modified.
std::string shown_state(const cache::FileState& state, const Digest& digest) {
  if (state.kind != cache::FileState::Kind::regular) return std::string(cache::name_of(state.kind));
  constexpr std::size_t kDigits = 12;
  const std::string text = digest == Digest{} ? std::string() : cache::to_hex(digest).substr(0, kDigits) + ", ";
  return text + "modified " + local_time(state.modified);
}

// "/a/b" for "/a/b/": documents mark directories so, and the system does not need it.
std::string without_separator(const fs::path& path) {
  std::string text;
  for (const char c : path.native()) {
    if (c != '/' || !text.ends_with('/')) text += c;
  }
  if (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

// Collects what a run depended on, each path once.
class Observer {
 public:
  Observer(Observation& observation, const HookDirectories& directories, const StatesBefore& before,
           cache::Moment started, std::stop_token stop)
      : observation_(observation), before_(before), started_(started), stop_(std::move(stop)) {
    state_ = directories.build.parent_path().parent_path();
    if (state_.parent_path().filename() == ".grapnel") state_ = state_.parent_path();
    own_.push_back(hooks::base::directory_text(directories.build));
    own_.push_back(hooks::base::directory_text(directories.shared));
  }

  void add(Role role, Counts counts, std::string path) {
    if (!seen_.insert(static_cast<char>(counts) + path).second) return;
    if (observation_.dependencies.size() >= kMostFiles) {
      observation_.obstacle = "it depends on more than " + std::to_string(kMostFiles) + " files";
      return;
    }
    const std::string& kept = observation_.paths.emplace_back(std::move(path));
    observation_.dependencies.push_back(cache::observe(role, counts, kept, stop_));
    if (role != Role::output && role != Role::document && has_moved(observation_.dependencies.back())) {
      const std::size_t place = observation_.dependencies.size() - 1;
      observation_.moved.push_back(place);
      if (is_own(kept)) observation_.own.push_back(place);
    }
  }

  // What somebody has looked at before.
  void add_known(Dependency dependency) {
    if (!seen_.insert(static_cast<char>(dependency.counts) + std::string(dependency.path)).second) return;
    dependency.path = observation_.paths.emplace_back(dependency.path);
    observation_.dependencies.push_back(dependency);
  }

  // A directory with everything below it; links are not followed.
  void add_tree(const fs::path& directory) {
    std::error_code error;
    add(Role::tree, Counts::children, without_separator(directory));
    if (is_state(directory)) return;
    fs::recursive_directory_iterator it(without_separator(directory), error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      // What runs leave behind changes with each of them.
      if (it->path().filename() == state_.filename() && is_state(it->path())) {
        it.disable_recursion_pending();
        continue;
      }
      std::error_code unknown;
      const bool is_directory = it->is_directory(unknown) && !it->is_symlink(unknown);
      add(Role::tree, is_directory ? Counts::children : Counts::content, it->path().native());
      if (!observation_.obstacle.empty()) return;
    }
    // A tree that is missing is recorded as such; one that cannot be read cannot be watched.
    if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory) {
      observation_.obstacle = "cannot look below '" + directory.string() + "': " + error.message();
    }
  }

 private:
  [[nodiscard]] bool has_moved(const Dependency& dependency) const {
    if (const auto known = before_.find(dependency.path); known != before_.end()) {
      return known->second != dependency.state;
    }
    // In the tick of the clock in which the hook started nobody knows who came first.
    if (dependency.state.kind != cache::FileState::Kind::missing) return dependency.state.changed >= started_;
    // It may have been there when the hook read it: its directory tells whether something was removed.
    return !is_own(std::string(dependency.path)) && nearest_parent(dependency.path).changed >= started_;
  }

  static cache::FileState nearest_parent(std::string_view path) {
    cache::FileState state;
    for (fs::path parent = fs::path(path).parent_path();; parent = parent.parent_path()) {
      state = cache::state_of(parent.c_str());
      if (state.kind != cache::FileState::Kind::missing || parent == parent.parent_path()) return state;
    }
  }

  // By whatever way: a hook may name a directory through "..", or through a link.
  [[nodiscard]] bool is_state(const fs::path& path) const {
    std::error_code unknown;
    return fs::equivalent(path, state_, unknown);
  }

  [[nodiscard]] bool is_own(const std::string& path) const {
    return std::any_of(own_.begin(), own_.end(),
                       [&](const std::string& directory) { return (path + "/").starts_with(directory); });
  }

  Observation& observation_;
  const StatesBefore& before_;
  cache::Moment started_;
  std::stop_token stop_;
  fs::path state_;  // of all runs
  std::vector<std::string> own_;
  std::unordered_set<std::string> seen_;
};

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

// The variable of a table, or nothing.
const EnvironmentTable::Variable* find_variable(const EnvironmentTable& table, const std::string& name) {
  const auto found = std::lower_bound(
      table.variables.begin(), table.variables.end(), name,
      [](const EnvironmentTable::Variable& left, const std::string& right) { return left.name < right; });
  return found != table.variables.end() && found->name == name ? &*found : nullptr;
}

std::string shown_variable(const EnvironmentTable::Variable* variable) {
  constexpr std::size_t kLongest = 200;
  if (variable == nullptr) return {};
  return variable->shown.size() <= kLongest ? variable->shown : variable->shown.substr(0, kLongest).append("…");
}

std::string output_text(const hooks::HookOutput& output, HookKind kind) {
  hooks::HookOutput assets;
  assets.assets = output.assets;
  assets.assets_for_build = output.assets_for_build;
  assets.assets_for_linking = output.assets_for_linking;
  return protocol::output_to_json(assets,
                                  kind == HookKind::build ? protocol::HookKind::build : protocol::HookKind::link)
      .to_string();
}

bool has_assets(const hooks::HookOutput& output) {
  return !output.assets.empty() || !output.assets_for_build.empty() || !output.assets_for_linking.empty();
}

Digest gives_of(std::string_view output, const std::vector<Dependency>& dependencies) {
  cache::Fields fields;
  fields.add(output);
  for (const Dependency& dependency : dependencies) {
    if (dependency.role == Role::output) fields.add(dependency.path).add(dependency.digest);
  }
  return fields.digest();
}

}  // namespace

Reason::Kind kind_of(const Dependency& dependency) {
  switch (dependency.role) {
    case Role::program:
      return Reason::Kind::program;
    case Role::declared:
    case Role::tree:
      return dependency.counts == Counts::children ? Reason::Kind::directory : Reason::Kind::file;
    case Role::absent:
      return Reason::Kind::absent;
    case Role::tool:
      return Reason::Kind::tool;
    case Role::upstream:
      return Reason::Kind::upstream;
    case Role::output:
    case Role::document:
      return Reason::Kind::output;
  }
  return Reason::Kind::file;
}

hooks::HookOutput output_of(const HookRecord& record, HookKind kind) {
  if (!record.has_assets) return {};
  const auto document = hooks::base::parse_json(record.output);
  if (!document) return {};
  return protocol::read_output(*document,
                               kind == HookKind::build ? protocol::HookKind::build : protocol::HookKind::link)
      .output;
}

void drop_unreferenced_tables(cache::StateLog& log) {
  std::set<std::string, std::less<>> tables;
  log.for_each([&](cache::EntryType type, std::string_view key, std::string_view) {
    if (type == cache::EntryType::environment) tables.emplace(key);
  });
  constexpr std::size_t kFew = 8;
  if (tables.size() <= kFew) return;
  log.for_each([&](cache::EntryType type, std::string_view, std::string_view value) {
    if (type != cache::EntryType::hook) return;
    if (const auto record = cache::decode_hook_record(value)) tables.erase(cache::to_hex(record->environment));
  });
  for (const std::string& table : tables) log.append(cache::EntryType::environment, table, {});
}

void append_dependencies(std::string_view dependencies, PathList& paths) {
  cache::DependencyReader reader(dependencies);
  while (const auto dependency = reader.next()) {
    // Outputs are no dependencies, and of a file that has to be missing make cannot be told.
    const Role role = dependency->role;
    if (role != Role::program && role != Role::declared && role != Role::tree && role != Role::tool) continue;
    if (dependency->counts == Counts::children) {
      paths.add(hooks::base::directory_text(dependency->path));
    } else {
      paths.add(dependency->path);
    }
  }
}

Digest digest_of_assets(const std::vector<hooks::EncodedAsset>& assets) {
  if (assets.empty()) return {};
  cache::Fields fields;
  for (const hooks::EncodedAsset& asset : assets) {
    fields.add(asset.type).add(asset.encoding ? hooks::Json(*asset.encoding).to_string() : std::string());
  }
  return fields.digest();
}

void append_files(const std::vector<hooks::EncodedAsset>& assets, std::vector<std::string>& files) {
  for (const hooks::EncodedAsset& asset : assets) {
    if (const auto code = hooks::CodeAsset::decode(asset)) {
      if (code->file) files.push_back(code->file->native());
    } else if (const auto data = hooks::DataAsset::decode(asset)) {
      files.push_back(data->file.native());
    }
  }
}

std::optional<HookRecord> HookMemory::find(const HookId& hook, const std::string& config) const {
  return cache::decode_hook_record(find_bytes(hook, config));
}

std::string_view HookMemory::find_bytes(const HookId& hook, const std::string& config) const {
  return log_.find(cache::EntryType::hook, key_of(hook, config)).value_or(std::string_view());
}

bool HookMemory::fits(const HookRecord& record, const HookQuestion& question,
                      const std::set<std::string, std::less<>>& link_hooks) const {
  return record.ingredients == question.ingredients && record.program == question.program &&
         record.environment == environment_.digest(record.environment_rule, record.environment_names) &&
         is_judged(record, link_hooks);
}

bool HookMemory::is_judged(const HookRecord& record, const std::set<std::string, std::less<>>& link_hooks) {
  return record.verdict == verdict_of(record.receivers, link_hooks);
}

void HookMemory::append_environment_changes(const HookRecord& record, std::vector<Reason>& reasons) const {
  const EnvironmentTable now = environment_.table(record.environment_rule, record.environment_names);
  EnvironmentTable then;
  if (const auto bytes = log_.find(cache::EntryType::environment, cache::to_hex(record.environment))) {
    then = cache::decode_environment(*bytes).value_or(EnvironmentTable{});
  }
  std::set<std::string> names;
  for (const auto& variable : then.variables) names.insert(variable.name);
  for (const auto& variable : now.variables) names.insert(variable.name);
  const std::size_t count = reasons.size();
  for (const std::string& name : names) {
    const EnvironmentTable::Variable* before = find_variable(then, name);
    const EnvironmentTable::Variable* after = find_variable(now, name);
    if (before != nullptr && after != nullptr && before->value == after->value) continue;
    reasons.push_back({Reason::Kind::environment, name, shown_variable(before), shown_variable(after), {}});
  }
  if (reasons.size() == count) reasons.push_back({Reason::Kind::environment, "(unknown)", {}, {}, {}});
}

std::vector<Look> HookMemory::look(const HookRecord& record) const {
  std::vector<Look> looks;
  for (const Dependency& dependency : record.decode_dependencies()) {
    Look& look = looks.emplace_back();
    look.now = cache::look_again(dependency, stop_);
    if (!look.now.changed) continue;
    // The digest costs a look at the whole file, which is worth it where a hook runs.
    const Dependency after = cache::observe(dependency.role, dependency.counts, std::string(dependency.path), stop_);
    look.after = {after.state, after.digest};
  }
  return looks;
}

std::vector<Reason> HookMemory::changes(const HookRecord& record, const HookQuestion& question,
                                        const std::vector<Look>& looks, const hooks::Json& document,
                                        const HookDirectories& directories,
                                        const std::map<std::string, std::string, std::less<>>& givers,
                                        StatesBefore& before) {
  std::vector<Reason> reasons;
  HookRecord renewed = record;
  if (record.program != question.program) {
    reasons.push_back({Reason::Kind::program, "build commands", std::string(record.program), question.program, {}});
  }
  if (record.ingredients != question.ingredients) {
    const std::string text = hooks::base::to_pretty_json(document);
    if (cache::digest_of(text) == record.input) {
      renewed.ingredients = question.ingredients;
    } else {
      const auto old = hooks::base::read_file(directories.input, hooks::base::JsonLimits{}.bytes);
      const auto then = old && cache::digest_of(*old) == record.input ? hooks::base::parse_json(*old)
                                                                      : tl::unexpected(hooks::base::JsonError{});
      if (!then) reasons.push_back({Reason::Kind::input, "(unknown)", {}, {}, {}});
      if (then) {
        for (JsonChange& change : changes_between(*then, document)) {
          constexpr std::string_view kAssets = "assets.";
          std::string giver;
          if (change.path.starts_with(kAssets)) {
            giver = change.path.substr(kAssets.size(), change.path.find('.', kAssets.size()) - kAssets.size());
            if (!ran_.contains(giver)) giver.clear();
          }
          reasons.push_back({Reason::Kind::input, std::move(change.path), std::move(change.before),
                             std::move(change.after), std::move(giver)});
        }
      }
    }
  }
  if (record.environment != environment_.digest(record.environment_rule, record.environment_names)) {
    append_environment_changes(record, reasons);
  }

  bool is_worth_recording = renewed.ingredients != record.ingredients;
  std::vector<Dependency> dependencies = record.decode_dependencies();
  for (std::size_t place = 0; place < dependencies.size(); ++place) {
    Dependency& dependency = dependencies[place];
    const auto& [now, after] = looks.at(place);
    before.insert_or_assign(std::string(dependency.path), now.content.state);
    if (now.changed) {
      const std::string path(dependency.path);
      std::string cause;
      if (const auto giver = givers.find(dependency.path); giver != givers.end() && ran_.contains(giver->second)) {
        cause = giver->second;
      }
      std::string then = shown_state(dependency.state, dependency.digest);
      std::string shown_now = shown_state(after.state, after.digest);
      if (dependency.counts == Counts::children && then == shown_now) then = shown_now = {};
      reasons.push_back({kind_of(dependency), path, std::move(then), std::move(shown_now), std::move(cause)});
    } else if (now.is_worth_recording) {
      dependency.state = now.content.state;
      dependency.seen_at = now.seen_at;
      is_worth_recording = true;
    }
  }
  if (reasons.empty() && is_worth_recording && learning_ == Learning::is_recorded) {
    const std::string encoded = cache::encode_dependencies(dependencies);
    renewed.dependencies = encoded;
    write(question, renewed);
  }
  return reasons;
}

Observation HookMemory::observe(const hooks::HookOutput& output, const HookDirectories& directories,
                                const std::vector<Dependency>& program, const std::vector<std::string>& upstream,
                                const StatesBefore& before, cache::Moment started) const {
  Observation observation;
  Observer observer(observation, directories, before, started, stop_);
  // The outputs first: a hook that declares what it makes gives bytes, and does not read them.
  observer.add(Role::document, Counts::content, directories.output.native());
  std::vector<std::string> files;
  append_files(output.assets, files);
  append_files(output.assets_for_build, files);
  for (const auto& [receiver, assets] : output.assets_for_linking) append_files(assets, files);
  for (std::string& file : files) observer.add(Role::output, Counts::content, std::move(file));
  for (const std::string& file : upstream) observer.add(Role::upstream, Counts::content, file);
  for (const Dependency& file : program) observer.add_known(file);
  for (const fs::path& path : output.dependencies) {
    const bool is_directory = path.native().ends_with('/');
    observer.add(Role::declared, is_directory ? Counts::children : Counts::content, without_separator(path));
  }
  for (const fs::path& directory : output.declarations.recursive) observer.add_tree(directory);
  for (const fs::path& path : output.declarations.absent) {
    observer.add(Role::absent, Counts::content, without_separator(path));
  }
  for (const auto& tool : output.declarations.tools) {
    observer.add(Role::tool, Counts::content, without_separator(tool.path));
  }
  return observation;
}

void HookMemory::remember(const Memory& memory, const std::set<std::string, std::less<>>& link_hooks) {
  const hooks::HookOutput& output = memory.output;
  const std::vector<Dependency>& dependencies = memory.observation.dependencies;
  HookRecord record;
  record.ingredients = memory.question.ingredients;
  record.input = cache::digest_of(hooks::base::to_pretty_json(memory.document));
  record.program = memory.question.program;
  if (output.declarations.environment) {
    record.environment_rule = EnvironmentRule::declared;
    record.environment_names = views_of(*output.declarations.environment);
  } else if (!output.declarations.tools.empty()) {
    record.environment_rule = EnvironmentRule::all_but_path;
  }
  record.environment = environment_.digest(record.environment_rule, record.environment_names);
  const std::string environment_key = cache::to_hex(record.environment);
  if (!log_.find(cache::EntryType::environment, environment_key)) {
    const std::string table = cache::encode(environment_.table(record.environment_rule, record.environment_names));
    // An empty value would remove the entry; nothing is lost where no variable counts.
    if (!table.empty()) log_.append(cache::EntryType::environment, environment_key, table);
  }
  for (const auto& [receiver, assets] : output.assets_for_linking) {
    if (!assets.empty()) record.receivers.push_back(receiver);
  }
  record.verdict = verdict_of(record.receivers, link_hooks);
  record.has_assets = has_assets(output);
  const std::string text = record.has_assets ? output_text(output, memory.question.hook.kind) : std::string();
  record.output = text;
  record.gives = gives_of(text, dependencies);
  record.for_build = digest_of_assets(output.assets_for_build);
  record.started = memory.started;
  record.duration = memory.duration.count();
  record.warnings = views_of(memory.warnings);
  const std::string encoded = cache::encode_dependencies(dependencies);
  record.dependencies = encoded;
  write(memory.question, record);
}

void HookMemory::remember_verdict(const HookRecord& record, const HookQuestion& question,
                                  const std::set<std::string, std::less<>>& link_hooks) {
  HookRecord renewed = record;
  renewed.verdict = verdict_of(record.receivers, link_hooks);
  write(question, renewed);
}

void HookMemory::write(const HookQuestion& question, const HookRecord& record) {
  log_.append(cache::EntryType::hook, key_of(question.hook, question.config), cache::encode(record));
}

}  // namespace grapnel::engine
