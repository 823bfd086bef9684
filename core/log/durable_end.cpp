#include "core/log/durable_end.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"
#include "core/log/format.h"

#include <array>
#include <utility>

namespace gamevents::log {

DurableEnd::DurableEnd(FilePool& pool, FileSystem& files, const std::string& directory)
    : files_(files),
      file_(pool, files, directory + "/" + kDurableEndFile, FileSystem::Mode::kUpdate) {}

Result<std::optional<Offset>> DurableEnd::Read() {
  const auto file = file_.Get();
  if (!file && file.error().fault == Fault::kNotFound) return std::optional<Offset>();
  if (!file) return Error(file.error());
  return ReadFrom(**file);
}

Result<std::optional<Offset>> DurableEnd::ReadFrom(const File& file) {
  std::array<std::byte, kDurableEndSize> bytes;
  const auto got = file.ReadAt(0, bytes);
  if (!got) return Error(got.error());
  if (*got != bytes.size()) return std::optional<Offset>();
  const Offset end(LoadBigEndianSigned64(bytes.data()));
  const uint32_t crc = LoadBigEndian32(bytes.data() + kDurableEndCrcAt);
  if (crc != Crc32c(0, std::span(bytes).first(kDurableEndCrcAt)) || end.value < 0) {
    return std::optional<Offset>();
  }
  return std::optional(end);
}

Status DurableEnd::Note(Offset end) {
  auto file = file_.Get();
  if (!file && file.error().fault == Fault::kNotFound) {
    auto made = files_.Open(file_.path(), FileSystem::Mode::kCreate);
    if (!made) return NotMade(std::move(made).error());
    file = file_.Get();
  }
  if (!file) return std::move(file).error();
  std::array<std::byte, kDurableEndSize> bytes;
  StoreBigEndian(bytes.data(), static_cast<uint64_t>(end.value));
  StoreBigEndian(bytes.data() + kDurableEndCrcAt,
                 Crc32c(0, std::span(bytes).first(kDurableEndCrcAt)));
  const std::array<std::span<const std::byte>, 1> pieces{bytes};
  return (*file)->WriteAt(0, pieces);
}

Status DurableEnd::Sync() {
  const auto file = file_.Get();
  if (!file) return Error(file.error());
  return (*file)->Sync();
}

}  // namespace gamevents::log
