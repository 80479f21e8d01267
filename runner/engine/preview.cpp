// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/preview.hpp"

#include "runner/cache/check.hpp"
#include "runner/engine/build_inputs.hpp"
#include "runner/engine/evidence.hpp"
#include "runner/engine/find_hooks.hpp"
#include "runner/engine/hook_directories.hpp"
#include "runner/engine/hook_memory.hpp"
#include "runner/plan/plan.hpp"
#include "runner/program/program.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace grapnel::engine {

namespace asio = boost::asio;
namespace protocol = hooks::protocol;

namespace {

using std::chrono::nanoseconds;
using Names = std::set<std::string, std::less<>>;
using Verdict = PreviewedHook::Verdict;

// "/a/b" for "/a/b/" and "/a/./b".
std::string plain(const std::filesystem::path& path) {
  std::string text = path.lexically_normal().native();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

// What the caller says has changed.
class ChangedPaths {
 public:
  explicit ChangedPaths(const std::vector<std::filesystem::path>& paths) {
    for (const std::filesystem::path& path : paths) paths_.push_back(plain(path));
  }

  // A file or directory is among them or below one of them; of a directory whose children count, also where the path is
  // one that it lacks: it will be added.
  [[nodiscard]] bool touch(const cache::Dependency& dependency) const {
    return std::any_of(paths_.begin(), paths_.end(), [&](const std::string& path) {
      if (dependency.path == path || dependency.path.starts_with(path + "/")) return true;
      if (dependency.counts != cache::Counts::children) return false;
      const bool is_child = path.starts_with(std::string(dependency.path) + "/") &&
                            path.find('/', dependency.path.size() + 1) == std::string::npos;
      return is_child && cache::state_of(path.c_str()).kind == cache::FileState::Kind::missing;
    });
  }
  [[nodiscard]] bool empty() const { return paths_.empty(); }

 private:
  std::vector<std::string> paths_;
};

// The hooks of a plan, each by itself: what is known of it, and what has changed.
class Decisions {
 public:
  Decisions(const BuildRequest& request, const plan::Plan& plan, std::vector<const program::HookSource*> sources,
            const RunDefines& defines, const Names& link_hooks, Session& session)
      : plan_(plan),
        sources_(std::move(sources)),
        link_hooks_(link_hooks),
        session_(session),
        config_(config_of(request.asset_types, request.code, request.linking_enabled, request.extensions)),
        checksum_(protocol::config_checksum(config_)),
        inputs_(config_, session.workspace, defines, plan),
        memory_(session.log, session.environment_key, session.ran, HookMemory::Learning::is_dropped),
        records_(plan.hooks.size()) {
    if (!session.use_cache) return;
    for (std::size_t hook = 0; hook < records_.size(); ++hook) records_[hook] = memory_.find(id(hook), checksum_);
  }

  [[nodiscard]] PreviewedHook decide(std::size_t hook, const ChangedPaths& changed) {
    PreviewedHook previewed{.hook = id(hook)};
    if (records_[hook]) previewed.last = nanoseconds(records_[hook]->duration);
    previewed.reasons = reasons(hook, changed);
    if (!previewed.reasons.empty()) previewed.verdict = Verdict::will_run;
    for (Reason& reason : previewed.reasons) {
      reason.before = session_.redactor.redact(reason.before);
      reason.after = session_.redactor.redact(reason.after);
    }
    return previewed;
  }

 private:
  [[nodiscard]] HookId id(std::size_t hook) const { return {plan_.hooks[hook].package->name, HookKind::build}; }

  std::vector<Reason> reasons(std::size_t hook, const ChangedPaths& changed) {
    const workspace::Package& package = *plan_.hooks[hook].package;
    if (!session_.use_cache) return {{.kind = Reason::Kind::forced}};
    if (!records_[hook]) return {{.kind = Reason::Kind::no_record}};
    const cache::HookRecord& record = *records_[hook];
    HookQuestion question{.hook = id(hook), .config = checksum_};
    question.ingredients = inputs_.ingredients(
        hook, [&](std::size_t giver) { return records_[giver] ? records_[giver]->for_build : cache::Digest{}; });
    if (sources_[hook]->form != program::Form::executable) {
      question.program = program::recipe_for(*sources_[hook], package, session_.toolchain).identity;
    }
    std::vector<Reason> found;
    if (session_.is_forced(package.name)) found.push_back({.kind = Reason::Kind::forced});
    if (!memory_.fits(record, question, link_hooks_) || !cache::is_surely_unchanged(record.dependencies)) {
      append_changes(hook, record, question, found);
    }
    if (!changed.empty()) append_changed(record, changed, found);
    return found;
  }

  void append_changes(std::size_t hook, const cache::HookRecord& record, const HookQuestion& question,
                      std::vector<Reason>& found) {
    const workspace::Package& package = *plan_.hooks[hook].package;
    const HookDirectories directories(session_.workspace.state_directory, id(hook), checksum_);
    protocol::InputFields input{.kind = protocol::HookKind::build, .config = config_};
    Names strangers;  // givers of which nobody knows what they will give
    inputs_.fill(input, hook, [&](std::size_t giver) -> const std::vector<hooks::EncodedAsset>& {
      if (!records_[giver]) strangers.insert(plan_.hooks[giver].package->name);
      return for_build(giver);
    });
    name_places(input, package, directories);
    const hooks::Json document = protocol::input_to_json(input);
    StatesBefore ignored;
    std::vector<Reason> changes =
        memory_.changes(record, question, memory_.look(record), document, directories, {}, ignored);
    std::erase_if(changes, [&](const Reason& reason) { return is_about(reason, strangers); });
    if (changes.empty() && !HookMemory::is_judged(record, link_hooks_)) {
      const std::string fault = fault_of_output(document, directories, package.name);
      if (!fault.empty()) changes.push_back({.kind = Reason::Kind::validation, .after = fault});
    }
    found.insert(found.end(), changes.begin(), changes.end());
  }

  static bool is_about(const Reason& reason, const Names& givers) {
    if (reason.kind != Reason::Kind::input || givers.empty()) return false;
    constexpr std::string_view kAssets = "assets.";
    std::string_view rest = reason.subject;
    if (rest == "assets") return true;
    if (!rest.starts_with(kAssets)) return false;
    rest.remove_prefix(kAssets.size());
    return std::any_of(givers.begin(), givers.end(),
                       [&](const std::string& giver) { return rest == giver || rest.starts_with(giver + "."); });
  }

  // As a run would judge it again, by the rules that count now.
  [[nodiscard]] std::string fault_of_output(const hooks::Json& document, const HookDirectories& directories,
                                            const std::string& package) const {
    const auto input = protocol::read_build_input(document);
    if (!input) return {};
    const OutputRules rules{protocol::HookKind::build, (*input)->config(), package, link_hooks_};
    const auto read = read_evidence(directories.output, {}, rules);
    return read.evidence.faults.empty() ? read.evidence.detail : read.evidence.faults.front();
  }

  void append_changed(const cache::HookRecord& record, const ChangedPaths& changed, std::vector<Reason>& found) const {
    cache::DependencyReader reader(record.dependencies);
    while (const auto dependency = reader.next()) {
      if (!changed.touch(*dependency)) continue;
      const Reason reason{.kind = kind_of(*dependency), .subject = std::string(dependency->path)};
      const bool is_known = std::any_of(found.begin(), found.end(), [&](const Reason& other) {
        return other.kind == reason.kind && other.subject == reason.subject;
      });
      if (!is_known) found.push_back(reason);
    }
  }

  const std::vector<hooks::EncodedAsset>& for_build(std::size_t giver) {
    auto& assets = outputs_[giver];
    if (!assets) {
      assets.emplace();
      if (records_[giver]) assets = output_of(*records_[giver], HookKind::build).assets_for_build;
    }
    return *assets;
  }

  const plan::Plan& plan_;
  std::vector<const program::HookSource*> sources_;
  const Names& link_hooks_;
  Session& session_;
  hooks::Json::Object config_;
  std::string checksum_;
  BuildInputs inputs_;
  HookMemory memory_;
  std::vector<std::optional<cache::HookRecord>> records_;
  std::map<std::size_t, std::optional<std::vector<hooks::EncodedAsset>>> outputs_;
};

// The nodes of an acyclic graph, each behind those that it waits for.
std::vector<Node> in_order(const Graph& waiters) {
  std::vector<Node> missing(waiters.size());
  for (Node node = 0; node < waiters.size(); ++node) {
    for (const Node waiter : waiters[node]) ++missing[waiter];
  }
  std::vector<Node> order;
  order.reserve(waiters.size());
  for (Node node = 0; node < waiters.size(); ++node) {
    if (missing[node] == 0) order.push_back(node);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const Node waiter : waiters[order[i]]) {
      if (--missing[waiter] == 0) order.push_back(waiter);
    }
  }
  return order;
}

// Who may run because of somebody else, and how long all of it may take.
void follow(const Graph& waiters, Preview& preview) {
  constexpr std::size_t kMostNames = 100;  // of those that a hook waits for
  constexpr Node kNobody = std::numeric_limits<Node>::max();
  struct State {
    bool is_stirred = false;  // it, or something that it waits for, will or may run
    nanoseconds path{};       // of what will or may run, to the end of this one
    Node before = kNobody;
    std::vector<Node> hooks;  // that will or may run and that it waits for, with nothing but packages between
  };
  std::vector<State> states(waiters.size());
  const std::vector<Node> order = in_order(waiters);
  for (const Node node : order) {
    State& state = states[node];
    const bool is_hook = node < preview.hooks.size();
    bool is_active = false;
    if (is_hook) {
      PreviewedHook& hook = preview.hooks[node];
      if (state.is_stirred && hook.verdict == Verdict::up_to_date) hook.verdict = Verdict::may_run;
      is_active = hook.verdict != Verdict::up_to_date;
      if (is_active) {
        state.is_stirred = true;
        const nanoseconds last = hook.last.value_or(nanoseconds(0));
        state.path += last;
        preview.may_take += last;
        if (hook.verdict == Verdict::will_run) preview.will_take += last;
        for (const Node before : state.hooks) hook.waits_for.push_back(preview.hooks[before].hook.package);
        std::sort(hook.waits_for.begin(), hook.waits_for.end());
      }
      state.hooks.clear();
      if (is_active) state.hooks.push_back(node);
    }
    for (const Node waiter : waiters[node]) {
      State& next = states[waiter];
      next.is_stirred = next.is_stirred || state.is_stirred;
      if (state.is_stirred && (next.before == kNobody || state.path > next.path)) {
        next.path = std::max(next.path, state.path);
        next.before = node;
      }
      for (const Node before : state.hooks) {
        const bool is_new = std::find(next.hooks.begin(), next.hooks.end(), before) == next.hooks.end();
        if (is_new && next.hooks.size() < kMostNames) next.hooks.push_back(before);
      }
    }
  }

  Node last = kNobody;
  for (const Node node : order) {
    if (states[node].is_stirred && (last == kNobody || states[node].path > states[last].path)) last = node;
  }
  if (last != kNobody) preview.critical_time = states[last].path;
  for (; last != kNobody; last = states[last].before) {
    if (last < preview.hooks.size()) preview.critical_path.push_back(preview.hooks[last].hook.package);
  }
  std::reverse(preview.critical_path.begin(), preview.critical_path.end());
}

Names name_set(const KnownHooks& known, const std::vector<const workspace::Package*>& packages) {
  Names names;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (known.sources[i]) names.insert(packages[i]->name);
  }
  return names;
}

std::vector<const workspace::Package*> packages_of(const Session& session) {
  return plan::reachable(session.workspace, session.options.root_package, session.options.dev_dependencies);
}

// Everything that can be reached from the nodes of `marked`, themselves included.
std::vector<bool> reached(const Graph& graph, std::vector<bool> marked) {
  std::vector<Node> queue;
  for (Node node = 0; node < graph.size(); ++node) {
    if (marked[node]) queue.push_back(node);
  }
  while (!queue.empty()) {
    const Node node = queue.back();
    queue.pop_back();
    for (const Node next : graph[node]) {
      if (marked[next]) continue;
      marked[next] = true;
      queue.push_back(next);
    }
  }
  return marked;
}

}  // namespace

asio::awaitable<Preview> preview(const BuildRequest& request, const std::vector<std::filesystem::path>& changed,
                                 Session& session) {
  Preview result;
  session.check_forced();
  const std::vector<const workspace::Package*> packages = packages_of(session);
  const KnownHooks known = co_await known_hooks(packages, HookKind::build, session);
  Names link_hooks;
  if (request.linking_enabled) {
    const KnownHooks receivers = co_await known_hooks(packages, HookKind::link, session);
    link_hooks = name_set(receivers, packages);
  }
  for (const std::size_t place : known.unknown) result.unknown.push_back(packages[place]->name);
  std::vector<const workspace::Package*> with_hook;
  std::map<const workspace::Package*, const program::HookSource*> source_of;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (!known.sources[i]) continue;
    with_hook.push_back(packages[i]);
    source_of.emplace(packages[i], &*known.sources[i]);
  }
  const plan::Plan plan = plan::order(session.workspace, session.options.root_package, session.options.dev_dependencies,
                                      HookKind::build, with_hook);
  std::vector<const program::HookSource*> sources;
  for (const plan::PlannedHook& hook : plan.hooks) sources.push_back(source_of.at(hook.package));
  const RunDefines defines(request.user_defines, plan.hooks.empty() ? std::filesystem::path() : session.options.pubspec,
                           session.workspace.settings);
  defines.warn_about_unknown_packages(session.workspace, session.events);

  Decisions decisions(request, plan, std::move(sources), defines, link_hooks, session);
  const ChangedPaths changed_paths(changed);
  for (std::size_t hook = 0; hook < plan.hooks.size(); ++hook) {
    result.hooks.push_back(decisions.decide(hook, changed_paths));
  }
  follow(plan.waiters, result);
  co_return result;
}

asio::awaitable<PackageGraph> package_graph(Session& session) {
  const std::vector<const workspace::Package*> packages = packages_of(session);
  const KnownHooks build = co_await known_hooks(packages, HookKind::build, session);
  const KnownHooks link = co_await known_hooks(packages, HookKind::link, session);

  // By place among the packages of the run.
  const workspace::Workspace& workspace = session.workspace;
  std::map<Node, Node> places;
  for (Node i = 0; i < packages.size(); ++i) places.emplace(workspace.position_of(*packages[i]), i);
  std::vector<Edge> edges;
  const auto add_edges = [&](const Graph& dependencies, Node package) {
    for (const Node dependency : dependencies[workspace.position_of(*packages[package])]) {
      if (const auto place = places.find(dependency); place != places.end()) edges.emplace_back(package, place->second);
    }
  };
  for (Node i = 0; i < packages.size(); ++i) {
    add_edges(workspace.dependencies, i);
    const bool is_root = packages[i]->name == session.options.root_package;
    if (is_root && session.options.dev_dependencies == DevDependencies::yes) add_edges(workspace.dev_dependencies, i);
  }
  const Graph dependencies(packages.size(), edges);

  std::vector<bool> is_unknown(packages.size());
  for (const KnownHooks* known : {&build, &link}) {
    for (const std::size_t place : known->unknown) is_unknown[place] = true;
  }
  std::vector<bool> matters(packages.size());
  for (std::size_t i = 0; i < packages.size(); ++i) matters[i] = build.sources[i] || link.sources[i] || is_unknown[i];
  const std::vector<bool> needed = reached(dependencies, matters);
  const std::vector<bool> needing = reached(dependencies.reversed(), matters);

  PackageGraph graph;
  const auto is_shown = [&](std::size_t place) { return needed[place] && needing[place]; };
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (!is_shown(i)) continue;
    GraphPackage& package = graph.packages.emplace_back();
    package.name = packages[i]->name;
    if (build.sources[i]) package.hooks.push_back(HookKind::build);
    if (link.sources[i]) package.hooks.push_back(HookKind::link);
    package.is_unknown = is_unknown[i];
    for (const Node dependency : dependencies[i]) {
      if (is_shown(dependency)) package.dependencies.push_back(packages[dependency]->name);
    }
  }
  co_return graph;
}

}  // namespace grapnel::engine

namespace grapnel {

std::string_view name_of(PreviewedHook::Verdict verdict) noexcept {
  switch (verdict) {
    case PreviewedHook::Verdict::up_to_date:
      return "up_to_date";
    case PreviewedHook::Verdict::will_run:
      return "will_run";
    case PreviewedHook::Verdict::may_run:
      return "may_run";
  }
  return "";
}

}  // namespace grapnel
