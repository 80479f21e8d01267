// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/backtrace.hpp"

#include "hooks_api/base/elf_symbols.hpp"

#include <cxxabi.h>
#include <link.h>
#include <unwind.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

namespace hooks::base {

namespace {

struct Capture {
  void** frames;
  int size;
  const void* first;  // frames before it are left out
  int count = 0;
};

_Unwind_Reason_Code capture_one(_Unwind_Context* context, void* argument) noexcept {
  auto& capture = *static_cast<Capture*>(argument);
  auto* const address = reinterpret_cast<void*>(_Unwind_GetIP(context));
  if (address == nullptr || capture.count == capture.size) return _URC_END_OF_STACK;
  if (address == capture.first) capture.first = nullptr;
  if (capture.first == nullptr) capture.frames[capture.count++] = address;
  return _URC_NO_REASON;
}

int capture_from(void** frames, int size, const void* first) noexcept {
  Capture capture{.frames = frames, .size = size, .first = first};
  _Unwind_Backtrace(capture_one, &capture);
  return capture.count;
}

constexpr const char* kSelf = "/proc/self/exe";

// The loaded file that an address lies in.
struct Module {
  std::uintptr_t address;  // in: what is looked for
  std::uintptr_t base = 0;
  const char* file = nullptr;  // the loader's; null: not found
};

int match_module(dl_phdr_info* info, std::size_t /*size*/, void* argument) {
  auto& module = *static_cast<Module*>(argument);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    const std::uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type != PT_LOAD || module.address < begin || module.address - begin >= segment.p_memsz) continue;
    module.base = info->dlpi_addr;
    // The executable itself has no name here.
    module.file = info->dlpi_name[0] != '\0' ? info->dlpi_name : kSelf;
    return 1;
  }
  return 0;
}

Module find_module(std::uintptr_t address) {
  Module module{.address = address};
  ::dl_iterate_phdr(match_module, &module);
  return module;
}

std::string display_name(const std::string& file) {
  std::error_code error;
  std::filesystem::path path = file;
  if (file == kSelf) path = std::filesystem::read_symlink(path, error);
  return error ? file : path.filename().string();
}

std::string demangle(const std::string& name) {
  int status = 0;
  char* text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  std::string result = status == 0 && text != nullptr ? text : name;
  std::free(text);
  // What the compiler moved out of the way because it throws is still the same function for a person.
  constexpr std::string_view kCold = " [clone .cold]";
  if (result.ends_with(kCold)) result.resize(result.size() - kCold.size());
  return result;
}

std::string hexadecimal(std::uintptr_t value) {
  char text[2 + 2 * sizeof value + 1];
  std::snprintf(text, sizeof text, "0x%jx", static_cast<std::uintmax_t>(value));
  return text;
}

}  // namespace

int capture_frames(void** frames, int size, const void* first) noexcept {
  if (first != nullptr) {
    const int count = capture_from(frames, size, first);
    if (count > 0) return count;
  }
  return capture_from(frames, size, __builtin_return_address(0));
}

int count_inner_frames(void* const* frames, int count) noexcept {
  constexpr int kMaxFrames = 64;
  void* outer[kMaxFrames];
  int outer_count = capture_from(outer, kMaxFrames, __builtin_return_address(0));
  int inner_count = count;
  while (inner_count > 0 && outer_count > 0 && frames[inner_count - 1] == outer[outer_count - 1]) {
    --inner_count;
    --outer_count;
  }
  if (inner_count == count) return count;
  // The function where they part stands in both, at different instructions.
  return std::max(inner_count - 1, 1);
}

std::string describe_frames(void* const* frames, int count) {
  std::map<std::string, ElfSymbols> files;  // each is read once
  std::string text;
  for (int i = 0; i < count; ++i) {
    // A frame is a return address; the call is before it, and may be the last instruction of its function.
    const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(frames[i]) - 1;
    const Module module = find_module(address);
    std::optional<std::string> function;
    if (module.file != nullptr) {
      const auto& symbols = files.try_emplace(module.file, module.file).first->second;
      function = symbols.function_at(address - module.base);
    }
    text += "#" + std::to_string(i) + " ";
    if (function) text += demangle(*function) + " ";
    text += "(";
    if (module.file != nullptr) text += display_name(module.file) + "+";
    text += hexadecimal(address - module.base) + ")\n";
  }
  return text;
}

}  // namespace hooks::base
