// SPDX-License-Identifier: BSD-3-Clause
// Broken on purpose: downloads from a port where nobody listens. An infra failure, exit code 2: trying again may help.
#include <hooks/hooks.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace {

void download_catalogue() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(1);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  const int result = connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int reason = errno;
  close(connection);
  if (result != 0) throw std::system_error(reason, std::generic_category(), "connect to 127.0.0.1:1");
}

}  // namespace

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput&, hooks::BuildOutputBuilder&) {
    try {
      download_catalogue();
    } catch (const std::system_error&) {
      throw hooks::InfraException("cannot download http://127.0.0.1:1/stars.tar.gz");  // keeps the cause
    }
  });
}
