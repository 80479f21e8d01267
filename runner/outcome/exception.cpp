// SPDX-License-Identifier: BSD-3-Clause
#include "runner/outcome/exception.hpp"

#include "runner/base/errors.hpp"
#include "runner/outcome/classify.hpp"

#include <cerrno>
#include <exception>
#include <new>
#include <system_error>

namespace grapnel::outcome {

Outcome outcome_of_current_exception() {
  try {
    throw;
  } catch (const ProjectError& error) {
    return project_failure(error.what());
  } catch (const std::system_error& error) {
    return system_failure(error.code().value(), error.what());
  } catch (const std::bad_alloc&) {
    return system_failure(ENOMEM, "the runner's memory is exhausted");
  } catch (const std::exception& error) {
    return internal_failure(error.what());
  } catch (...) {
    return internal_failure("an exception that is no std::exception");
  }
}

}  // namespace grapnel::outcome
