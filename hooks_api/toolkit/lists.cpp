// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/lists.hpp>

namespace hooks {

PathList::PathList() = default;
PathList::PathList(std::initializer_list<Item> items) {
  paths_.reserve(items.size());
  for (const Item& item : items) add(item);
}
PathList::PathList(std::vector<std::filesystem::path> paths) : paths_(std::move(paths)) {}
PathList::PathList(const PathList& other) = default;
PathList& PathList::operator=(const PathList& other) = default;
PathList::~PathList() = default;

void PathList::add(const Item& path) { paths_.emplace_back(path.text); }

DefineList::DefineList() = default;
DefineList::DefineList(std::initializer_list<Item> items) {
  defines_.reserve(items.size());
  for (const Item& item : items) add(item);
}
DefineList::DefineList(const DefineList& other) = default;
DefineList& DefineList::operator=(const DefineList& other) = default;
DefineList::~DefineList() = default;

void DefineList::add(const Item& item) {
  defines_.emplace_back(std::string(item.name), item.value ? std::optional<std::string>(*item.value) : std::nullopt);
}

}  // namespace hooks
