// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The façade over libarchive, which is loaded when the first tar is written: the executable does not link it, as
/// every start would pay for it.
#pragma once

#include <archive.h>
#include <archive_entry.h>

namespace grapnel::dist {

/// The functions that tar_gz.cpp calls, with libarchive's names.
struct Libarchive {
  decltype(&::archive_write_new) write_new = nullptr;
  decltype(&::archive_write_free) write_free = nullptr;
  decltype(&::archive_write_set_format_pax_restricted) write_set_format_pax_restricted = nullptr;
  decltype(&::archive_write_add_filter_gzip) write_add_filter_gzip = nullptr;
  decltype(&::archive_write_set_filter_option) write_set_filter_option = nullptr;
  decltype(&::archive_write_set_bytes_per_block) write_set_bytes_per_block = nullptr;
  decltype(&::archive_write_set_bytes_in_last_block) write_set_bytes_in_last_block = nullptr;
  decltype(&::archive_write_open) write_open = nullptr;
  decltype(&::archive_write_header) write_header = nullptr;
  decltype(&::archive_write_data) write_data = nullptr;
  decltype(&::archive_write_finish_entry) write_finish_entry = nullptr;
  decltype(&::archive_write_close) write_close = nullptr;
  decltype(&::archive_write_fail) write_fail = nullptr;
  decltype(&::archive_error_string) error_string = nullptr;
  decltype(&::archive_entry_new) entry_new = nullptr;
  decltype(&::archive_entry_free) entry_free = nullptr;
  decltype(&::archive_entry_clear) entry_clear = nullptr;
  decltype(&::archive_entry_set_pathname) entry_set_pathname = nullptr;
  decltype(&::archive_entry_set_size) entry_set_size = nullptr;
  decltype(&::archive_entry_set_mode) entry_set_mode = nullptr;
  decltype(&::archive_entry_set_mtime) entry_set_mtime = nullptr;
  decltype(&::archive_entry_set_uid) entry_set_uid = nullptr;
  decltype(&::archive_entry_set_gid) entry_set_gid = nullptr;
};

/// Loads it, once for the process; it stays. Throws SystemError, which says what to install. Thread safe.
[[nodiscard]] const Libarchive& libarchive();

}  // namespace grapnel::dist
