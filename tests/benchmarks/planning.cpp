// SPDX-License-Identifier: BSD-3-Clause
#include "runner/plan/plan.hpp"
#include "tests/benchmarks/documents.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace bench {

namespace {

using namespace grapnel::workspace;

constexpr std::size_t kDependencies = 4;  // of a package

std::string name_of(std::size_t number) { return "package_" + std::to_string(1'000'000 + number); }

/// `size` packages that all are needed by the first. Every second has a hook.
struct Application {
  explicit Application(std::size_t size) {
    std::minstd_rand random(1);
    std::vector<PackageRoot> roots;
    std::vector<PackageNeeds> needs;
    for (std::size_t i = 0; i < size; ++i) {
      roots.push_back({name_of(i), "/packages/" + name_of(i)});
      PackageNeeds& package = needs.emplace_back();
      package.name = name_of(i);
      if (i + 1 == size) break;
      package.dependencies.push_back(name_of(i + 1));
      for (std::size_t k = 1; k < kDependencies; ++k) {
        package.dependencies.push_back(name_of(i + 1 + random() % (size - i - 1)));
      }
    }
    std::shuffle(needs.begin(), needs.end(), random);
    connect(workspace, std::move(roots), needs);
    for (std::size_t i = 0; i < size; i += 2) with_hook.push_back(&workspace.packages[i]);
  }

  void plan() const {
    const auto plan =
        grapnel::plan::order(workspace, name_of(0), grapnel::DevDependencies::no, grapnel::HookKind::build, with_hook);
    if (plan.hooks.size() != with_hook.size()) throw std::logic_error("the plan has not all hooks");
  }

  Workspace workspace;
  std::vector<const Package*> with_hook;
};

}  // namespace

Comparison plan_large_graph() {
  constexpr int kRounds = 51;
  const Application large(10'000);
  const Application small(1'000);
  return in_turns(
      kRounds, [&] { return time_of([&] { large.plan(); }); }, [&] { return time_of([&] { small.plan(); }); });
}

}  // namespace bench
