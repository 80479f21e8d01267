// SPDX-License-Identifier: BSD-3-Clause
// Asio's own code, compiled once for the project (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
