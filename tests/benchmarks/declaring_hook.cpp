// SPDX-License-Identifier: BSD-3-Clause
// declaring_hook --config=FILE: writes an output.json that declares five files of its package, and does nothing else.
#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <string_view>

int main(int argc, char** argv) {
  constexpr std::string_view kOption = "--config=";
  if (argc < 2 || !std::string_view(argv[1]).starts_with(kOption)) return 1;
  static char buffer[64U << 10U];
  const int input = ::open(argv[1] + kOption.size(), O_RDONLY | O_CLOEXEC);
  const auto size = ::read(input, buffer, sizeof buffer - 1);
  if (size <= 0) return 1;
  const std::string_view document(buffer, static_cast<std::size_t>(size));
  constexpr std::string_view kKey = "\"out_file\": \"";
  const auto begin = document.find(kKey);
  if (begin == std::string_view::npos) return 1;
  const auto end = document.find('"', begin + kKey.size());
  buffer[end] = '\0';
  char directory[4096];
  if (::getcwd(directory, sizeof directory) == nullptr) return 1;
  std::string text = R"({"status": "success", "timestamp": "2026-01-01 00:00:00.000", "dependencies": [)";
  for (const char file : {'0', '1', '2', '3', '4'}) {
    text.append(file == '0' ? "\"" : ", \"").append(directory).append("/src/").append(1, file).append(".c\"");
  }
  text.append("]}");
  const int output = ::open(buffer + begin + kKey.size(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return ::write(output, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1;
}
