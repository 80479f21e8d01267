// SPDX-License-Identifier: BSD-3-Clause
#include <grapnel/path_list.hpp>

#include <algorithm>

namespace grapnel {

PathList::PathList(std::initializer_list<std::filesystem::path> paths) {
  for (const std::filesystem::path& path : paths) add(path.native());
}

void PathList::add(std::string_view path) {
  text_ += path;
  text_ += '\0';
  made_ = false;
}

void PathList::add(const PathList& paths) {
  text_ += paths.text_;
  made_ = made_ && paths.text_.empty();
}

const std::vector<std::filesystem::path>& PathList::paths() const {
  if (made_) return paths_;
  std::vector<std::string_view> texts;
  for (std::string_view rest = text_; !rest.empty(); rest.remove_prefix(texts.back().size() + 1)) {
    texts.push_back(rest.substr(0, rest.find('\0')));
  }
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  paths_.assign(texts.begin(), texts.end());
  made_ = true;
  return paths_;
}

}  // namespace grapnel
