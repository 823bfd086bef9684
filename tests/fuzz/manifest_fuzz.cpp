// Goal: no manifest of a backup leads out of the backup or is read out of bounds, and one that is
// understood is written as one that reads the same. Method: the input is the manifest without its
// last line, which is made to fit; so what lies behind the checksum is reached.
#include "core/backup/manifest.h"
#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/crc32c.h"
#include "tests/fuzz/fuzz.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

namespace gamevents::backup {
namespace {

void TryManifest(std::string_view before) {
  INVARIANT(!ParseManifest(before).ok() || before.ends_with("}\n"));
  const std::string text =
      fmt::format("{}  \"manifest_crc32c\": \"{:08x}\"\n}}\n", before, Crc32c(0, AsBytes(before)));
  const auto manifest = ParseManifest(text);
  if (!manifest) return;
  for (const ManifestFile& file : manifest->files) {
    const std::filesystem::path path(file.path);
    INVARIANT(path.is_relative());
    INVARIANT(std::ranges::none_of(path, [](const auto& part) { return part == ".."; }));
  }
  INVARIANT(manifest->folder.find('/') == std::string::npos);
  INVARIANT(ParseManifest(PrintManifest(*manifest)).value() == *manifest);
}

}  // namespace
}  // namespace gamevents::backup

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::backup::TryManifest({reinterpret_cast<const char*>(data), size});
  return 0;
}
