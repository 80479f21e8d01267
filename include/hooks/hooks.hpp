// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Everything that most hooks need.
#pragma once

#include <hooks/asset.hpp>
#include <hooks/c_builder.hpp>
#include <hooks/exceptions.hpp>
#include <hooks/hook.hpp>
#include <hooks/input.hpp>
#include <hooks/output.hpp>
