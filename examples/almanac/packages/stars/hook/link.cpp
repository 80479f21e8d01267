// SPDX-License-Identifier: BSD-3-Clause
// Keeps the constellations that the application's link hook asks for.
#include <hooks/hooks.hpp>

namespace {

bool asked_for(const hooks::Json* constellations, const std::string& file_name) {
  if (constellations == nullptr || constellations->as_array() == nullptr) return true;  // nobody asked: keep all
  for (const hooks::Json& name : *constellations->as_array()) {
    if (name.as_string() != nullptr && *name.as_string() + ".txt" == file_name) return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  return hooks::link(argc, argv, [](const hooks::LinkInput& input, hooks::LinkOutputBuilder& output) {
    const hooks::Json* constellations = input.metadata("constellations");
    for (const hooks::EncodedAsset& asset : input.assets()) {
      const auto data = hooks::DataAsset::decode(asset);
      if (data && asked_for(constellations, data->name)) output.assets().add(asset);
    }
  });
}
