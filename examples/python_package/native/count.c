// SPDX-License-Identifier: BSD-3-Clause
#include <stddef.h>

size_t count_words(const char* text) {
  size_t words = 0;
  int inside = 0;
  for (; *text != '\0'; ++text) {
    const int space = *text == ' ' || *text == '\t' || *text == '\n';
    if (!space && !inside) ++words;
    inside = !space;
  }
  return words;
}
