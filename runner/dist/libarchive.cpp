// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/libarchive.hpp"

#include "runner/base/errors.hpp"

#include <dlfcn.h>

#include <string>

namespace grapnel::dist {
namespace {

constexpr const char* kFile = "libarchive.so.13";

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) {
    throw SystemError(std::string(kFile) + " has no " + name + "(). Install Debian's package libarchive13.");
  }
}

Libarchive load() {
  // Deep binding is not asked for: it fails under the sanitizers.
  void* const library = ::dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const reason = ::dlerror();
    throw SystemError("cannot write archives without libarchive: " + std::string(reason == nullptr ? kFile : reason) +
                      ". Install Debian's package libarchive13 (apt-get install libarchive13).");
  }
  Libarchive all;
  find(library, "archive_write_new", all.write_new);
  find(library, "archive_write_free", all.write_free);
  find(library, "archive_write_set_format_pax_restricted", all.write_set_format_pax_restricted);
  find(library, "archive_write_add_filter_gzip", all.write_add_filter_gzip);
  find(library, "archive_write_set_filter_option", all.write_set_filter_option);
  find(library, "archive_write_set_bytes_per_block", all.write_set_bytes_per_block);
  find(library, "archive_write_set_bytes_in_last_block", all.write_set_bytes_in_last_block);
  find(library, "archive_write_open", all.write_open);
  find(library, "archive_write_header", all.write_header);
  find(library, "archive_write_data", all.write_data);
  find(library, "archive_write_finish_entry", all.write_finish_entry);
  find(library, "archive_write_close", all.write_close);
  find(library, "archive_write_fail", all.write_fail);
  find(library, "archive_error_string", all.error_string);
  find(library, "archive_entry_new", all.entry_new);
  find(library, "archive_entry_free", all.entry_free);
  find(library, "archive_entry_clear", all.entry_clear);
  find(library, "archive_entry_set_pathname", all.entry_set_pathname);
  find(library, "archive_entry_set_size", all.entry_set_size);
  find(library, "archive_entry_set_mode", all.entry_set_mode);
  find(library, "archive_entry_set_mtime", all.entry_set_mtime);
  find(library, "archive_entry_set_uid", all.entry_set_uid);
  find(library, "archive_entry_set_gid", all.entry_set_gid);
  return all;
}

}  // namespace

const Libarchive& libarchive() {
  // A load that failed is tried again by the next archive: somebody may have installed it.
  static const Libarchive loaded = load();
  return loaded;
}

}  // namespace grapnel::dist
