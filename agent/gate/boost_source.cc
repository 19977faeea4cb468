// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The code of Boost.Asio and Beast's HTTP parser, compiled once.

#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
