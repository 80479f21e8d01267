// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Shares the right to run among children, and among what they start in turn: GNU make's jobserver, pipe form. Knows
/// nothing of hooks.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::process {

/// Gives out tokens: one for each child that runs, and those that are left to children that ask for more (make, cargo,
/// a CBuilder). Each child has a pipe of its own, so that what it holds when it ends, killed or not, is known and comes
/// back. At no time do children hold more tokens together than there are.
///
/// Where this process was started under a jobserver, it is that one's client for all its children: every token but its
/// own first is a byte read there, and goes back there as soon as nobody wants it.
///
/// Descriptors that children share are never made non-blocking: this class has its own descriptions of the pipes.
/// On the executor's thread only.
class Jobserver {
  struct State;

 public:
  /// `jobs` (at least 1): how many may run at once; as a client that, at most. `makeflags`: the value of MAKEFLAGS in
  /// this process's environment, empty without. Where it names a jobserver that cannot be used, this is a server with
  /// one job, as make does it, and has a warning(). Throws SystemError.
  Jobserver(const boost::asio::any_io_executor& executor, unsigned jobs, std::string_view makeflags);
  Jobserver(const Jobserver&) = delete;
  Jobserver& operator=(const Jobserver&) = delete;
  /// Waiting acquire() calls must be over; slots may live on. As a client all tokens go back when the last slot is
  /// gone.
  ~Jobserver();

  [[nodiscard]] unsigned jobs() const noexcept;
  [[nodiscard]] bool is_client() const noexcept;
  /// How many tokens all children and theirs hold now, beside the first one of each.
  [[nodiscard]] unsigned taken() const;
  /// What the user should know and do about the jobserver that this process was started under; empty: nothing.
  [[nodiscard]] const std::string& warning() const noexcept;

  /// The right of one child to run, and its own pipe with tokens for more. Given back by destruction, which must come
  /// after the child's end: what the child has taken and not returned is then free again.
  class Slot {
   public:
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&& other) noexcept;
    ~Slot();

    /// The ends of its pipe to read and to write, borrowed: they become descriptors 3 and 4 of the child. Blocking,
    /// also where an earlier child of this slot has changed that; but what that one has not returned is missing until
    /// the slot is given back, so another attempt does better with a slot of its own.
    [[nodiscard]] std::vector<int> descriptors() const;
    /// MAKEFLAGS=… and CARGO_MAKEFLAGS=… that tell the child of descriptors 3 and 4.
    [[nodiscard]] std::vector<std::string> environment() const;
    /// How many tokens the child and its own children hold now, beside its first.
    [[nodiscard]] unsigned taken() const;

   private:
    friend Jobserver;
    struct Lane;
    explicit Slot(std::shared_ptr<Lane> lane) noexcept;
    std::shared_ptr<Lane> lane_;
  };

  /// Waits for a token; nothing after a stop request. First come, first served, and before what children ask for more.
  /// To be called for a child that can start at once: a slot without one is wasted. Throws SystemError where there is
  /// no pipe to be had; then the token is free again.
  [[nodiscard]] boost::asio::awaitable<std::optional<Slot>> acquire(std::stop_token stop);

  /// From now on at most `jobs` (at least 1, at most those of the beginning), for when the system is short of processes
  /// or memory. What runs is not disturbed.
  void set_jobs(unsigned jobs);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace grapnel::process
