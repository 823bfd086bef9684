// A main for fuzz targets without libFuzzer: runs every file of the corpus given, and mutations of
// each, the same ones every time.

#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr int kMutationsPerFile = 200;

// One to four bytes replaced, removed, added or swapped for a piece from elsewhere in the text.
std::string Mutate(std::string text, std::mt19937& random) {
  const auto below = [&](size_t limit) { return random() % limit; };
  for (size_t steps = 1 + below(4); steps > 0; --steps) {
    const size_t at = below(text.size() + 1);
    const auto byte = static_cast<char>(below(256));
    switch (below(4)) {
      case 0:
        text.insert(at, 1, byte);
        break;
      case 1:
        text.erase(at, 1 + below(4));
        break;
      case 2:
        text.replace(at, 1, 1, byte);
        break;
      default: {
        const std::string piece = text.substr(below(text.size() + 1), below(16));
        text.insert(at, piece);
      }
    }
  }
  return text;
}

void Try(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: fuzz_<name> CORPUS_FOLDER\n", stderr);
    return 2;
  }
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], error)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  if (error || files.empty()) {
    std::fprintf(stderr, "%s: no corpus: %s\n", argv[1], error.message().c_str());
    return 1;
  }
  std::mt19937 random(1);  // NOLINT: the same mutations every time, on purpose.
  for (const auto& path : files) {
    std::fprintf(stderr, "%s\n", path.c_str());
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    Try(text);
    for (int i = 0; i < kMutationsPerFile; ++i) Try(Mutate(text, random));
  }
  return 0;
}
