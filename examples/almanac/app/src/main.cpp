// SPDX-License-Identifier: BSD-3-Clause
// The application: finds its libraries and data through the bundle's assets.json and computes with them.
#include <hooks/json.hpp>

#include <dlfcn.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The assets of the application, by id.
class Bundle {
 public:
  explicit Bundle(std::filesystem::path directory)
      : directory_(std::move(directory)), index_(hooks::Json::parse(read(directory_ / "assets.json"))) {}

  [[nodiscard]] std::filesystem::path file(const std::string& id) const {
    const hooks::Json* place = index_.find(id);
    if (place == nullptr) throw std::runtime_error("there is no asset " + id);
    return directory_ / *place->as_string();
  }
  [[nodiscard]] bool has(const std::string& id) const { return index_.find(id) != nullptr; }

 private:
  std::filesystem::path directory_;
  hooks::Json index_;
};

template <typename Function>
Function* symbol(const std::string& library, const char* name) {
  void* handle = dlopen(library.c_str(), RTLD_NOW);
  if (handle == nullptr) throw std::runtime_error(dlerror());
  void* address = dlsym(handle, name);
  if (address == nullptr) throw std::runtime_error(dlerror());
  return reinterpret_cast<Function*>(address);
}

void print_almanac(const Bundle& bundle) {
  auto* moon_age = symbol<double(int, int, int)>(bundle.file("package:moon/moon"), "moon_age");
  auto* tide_strength = symbol<double(double)>(bundle.file("package:tides/tides"), "tide_strength");
  const double age = moon_age(2026, 11, 21);
  std::printf("moon: %.1f days old on 2026-11-21\n", age);
  std::printf("tide: %.0f %% of a spring tide\n", 100 * tide_strength(age));

  for (const std::string name : {"orion", "cygnus", "scorpius"}) {
    const std::string id = "package:stars/" + name + ".txt";
    if (!bundle.has(id)) {
      std::printf("%s: not bundled\n", name.c_str());
      continue;
    }
    std::string stars = read(bundle.file(id));
    for (char& c : stars) c = c == '\n' ? ' ' : c;
    std::printf("%s: %s\n", name.c_str(), stars.c_str());
  }

  std::string zlib = read(bundle.file("package:app/zlib.txt"));
  zlib.pop_back();  // the line feed
  auto* crc32 = symbol<unsigned long(unsigned long, const unsigned char*, unsigned)>(zlib, "crc32");
  const std::string text = "almanac";
  std::printf("crc32 of \"%s\" by %s: %08lx\n", text.c_str(), zlib.c_str(),
              crc32(0, reinterpret_cast<const unsigned char*>(text.data()), static_cast<unsigned>(text.size())));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::runtime_error("usage: almanac BUNDLE");
    print_almanac(Bundle(argv[1]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "almanac: %s\n", error.what());
    return 1;
  }
}
