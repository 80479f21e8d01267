// Stands in for guard.cpp and leftovers.cpp until they are there; goes with them.
#include "runner/process/guard.hpp"
#include "runner/process/leftovers.hpp"
namespace grapnel::process {
Guard::Guard(Launcher&, const std::string&, const std::filesystem::path&) {}
Guard::~Guard() {}
void Guard::add(pid_t) noexcept {}
void Guard::remove(pid_t) noexcept {}
std::string new_run_id() { return "0123456789abcdef"; }
std::vector<Leftover> processes_of_run(const std::string&) { return {}; }
}
