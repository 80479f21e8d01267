// SPDX-License-Identifier: BSD-3-Clause
// The only door to RapidJSON: every source that uses it includes this header and no <rapidjson/...> of its own, and is
// named to grapnel_rapidjson_sources() in its room's CMakeLists.txt. The settings must be the same everywhere.
#pragma once

#include <stdexcept>

// A missing member or a wrong type would be undefined behaviour without NDEBUG's assert; here it is an exception.
#define RAPIDJSON_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : throw std::logic_error("rapidjson: " #condition))
#define RAPIDJSON_HAS_STDSTRING 1

// Our own names, so that a hook may link another RapidJSON with other settings.
#define RAPIDJSON_NAMESPACE grapnel_rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace grapnel_rapidjson {
#define RAPIDJSON_NAMESPACE_END }

#include <rapidjson/error/error.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
