// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/workspace_memory.hpp"

#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grapnel::engine {
namespace {

using ::testing::ElementsAre;

class WorkspaceMemory : public ::testing::Test {
 protected:
  WorkspaceMemory() {
    on_disk_.package("app", {"lib", "tool"}, {"test"});
    on_disk_.package("lib", {"tool"});
    on_disk_.package("test");
    on_disk_.package("tool");
  }

  [[nodiscard]] std::filesystem::path file() const { return on_disk_.path() / ".dart_tool/package_config.json"; }
  [[nodiscard]] workspace::Places places() const { return workspace::places_of(file()); }
  [[nodiscard]] LoadedWorkspace load() const { return load_workspace(places(), file(), &log_); }

  void expect_same(const workspace::Workspace& left, const workspace::Workspace& right) const {
    EXPECT_EQ(left.file, right.file);
    EXPECT_EQ(left.own_directory, right.own_directory);
    EXPECT_EQ(left.files, right.files);
    ASSERT_EQ(left.packages.size(), right.packages.size());
    for (Node node = 0; node < left.packages.size(); ++node) {
      EXPECT_EQ(left.packages[node].name, right.packages[node].name);
      EXPECT_EQ(left.packages[node].root, right.packages[node].root);
      EXPECT_TRUE(std::ranges::equal(left.dependencies[node], right.dependencies[node]));
      EXPECT_TRUE(std::ranges::equal(left.dev_dependencies[node], right.dev_dependencies[node]));
    }
  }

  tests::Workspace on_disk_;
  cache::StateLog log_{on_disk_.path() / "records"};
};

TEST_F(WorkspaceMemory, GivesWhatReadingGave) {
  const LoadedWorkspace first = load();
  ASSERT_TRUE(first.unknown);
  remember_workspace(first.workspace, *first.unknown, log_);
  const LoadedWorkspace again = load();
  EXPECT_FALSE(again.unknown);
  expect_same(again.workspace, workspace::load(file()));
}

TEST_F(WorkspaceMemory, AChangedFileIsReadAnew) {
  const LoadedWorkspace first = load();
  remember_workspace(first.workspace, first.unknown.value(), log_);
  on_disk_.package("late", {"lib"});
  const LoadedWorkspace again = load();
  EXPECT_TRUE(again.unknown);
  EXPECT_NE(again.workspace.find("late"), nullptr);
}

TEST_F(WorkspaceMemory, SettingsAreReadEachTime) {
  const LoadedWorkspace first = load();
  remember_workspace(first.workspace, first.unknown.value(), log_);
  on_disk_.write_executable("grapnel.toml", "[environment]\npass = ['CC']\n");
  const LoadedWorkspace again = load();
  EXPECT_FALSE(again.unknown);
  EXPECT_THAT(again.workspace.settings.environment.names, ElementsAre("CC"));
  EXPECT_EQ(again.workspace.files.size(), 3U);
}

TEST_F(WorkspaceMemory, ADamagedEntryIsNotBelieved) {
  const LoadedWorkspace first = load();
  remember_workspace(first.workspace, first.unknown.value(), log_);
  const std::string entry(log_.find(cache::EntryType::workspace, "packages").value());
  for (std::size_t size = 1; size < entry.size(); ++size) {
    log_.append(cache::EntryType::workspace, "packages", entry.substr(0, size));
    const LoadedWorkspace again = load();
    EXPECT_TRUE(again.unknown) << size;
    EXPECT_EQ(again.workspace.packages.size(), 4U);
  }
}

TEST_F(WorkspaceMemory, WhatCannotBeReadIsSaidAsWithoutIt) {
  const LoadedWorkspace first = load();
  remember_workspace(first.workspace, first.unknown.value(), log_);
  std::filesystem::remove(on_disk_.path() / ".dart_tool/package_graph.json");
  EXPECT_THROW((void)load(), std::invalid_argument);
}

}  // namespace
}  // namespace grapnel::engine
