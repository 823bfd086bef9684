#include "cmd/doctor/finding.h"

#include "core/base/process.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <utility>

namespace gamevents::cmd {

std::string VerdictName(Finding::Verdict verdict) {
  switch (verdict) {
    case Finding::Verdict::kOk:
      return "ok";
    case Finding::Verdict::kWarning:
      return "warning";
    case Finding::Verdict::kFailed:
      return "failed";
  }
  return {};
}

Finding Ok(std::string subject, std::string found) {
  return {Finding::Verdict::kOk, std::move(subject), std::move(found), ""};
}

Finding Warn(std::string subject, std::string found, std::string remedy) {
  return {Finding::Verdict::kWarning, std::move(subject), std::move(found), std::move(remedy)};
}

Finding Fail(std::string subject, std::string found, std::string remedy) {
  return {Finding::Verdict::kFailed, std::move(subject), std::move(found), std::move(remedy)};
}

std::string NameProcess(pid_t process) {
  constexpr size_t kShown = 60;
  std::string command = CommandLineOf(process);
  if (command.size() > kShown) command = command.substr(0, kShown) + "…";
  return "process " + std::to_string(process) + (command.empty() ? "" : " (" + command + ")");
}

std::string RoughSize(uint64_t bytes) {
  constexpr auto kUnits = std::to_array<const char*>({"B", "KiB", "MiB", "GiB", "TiB", "PiB"});
  constexpr double kStep = 1'024;
  auto size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= kStep && unit + 1 < kUnits.size(); ++unit) size /= kStep;
  return fmt::format("{:.{}f} {}", size, unit == 0 ? 0 : 1, kUnits.at(unit));
}

}  // namespace gamevents::cmd
