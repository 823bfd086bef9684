#pragma once

#include "core/backup/backup.h"
#include "core/log/log_manager.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/log/log_fixture.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace gamevents::backup {

/// A data directory with small segments, and a place for its backup beside it.
class DataDirectory {
 public:
  std::string path() const { return folder_.path() + "/data"; }
  std::string backup() const { return folder_.path() + "/backup"; }
  const TempFolder& folder() const { return folder_; }

  log::LogManager::Options Options(const std::string& directory, bool repair = false) const {
    log::LogManager::Options options;
    options.directory = directory;
    options.clock = &clock_;
    options.defaults.segment_bytes = 1'000;
    options.repair = repair;
    return options;
  }
  std::unique_ptr<log::LogManager> Open() const { return log::MustOpen(Options(path())); }

  BackupOptions ToBackup() const {
    BackupOptions options;
    options.data_dir = path();
    options.directory = backup();
    options.version = "1.2.3";
    return options;
  }

 private:
  TempFolder folder_;
  FixedClock clock_{kTestNow};
};

/// Appends batches of one record each, of 100 bytes and the number, and waits until they are
/// stored.
inline void Fill(log::Log& log, int from, int to) {
  for (int i = from; i < to; ++i) {
    log::MustAppend(log, log::MakeBatch({fmt::format("{:0>100}", i)}));
  }
  REQUIRE(log.WaitCommitted(log::Offset(to)).ok());
}

/// The numbers of the records that a log has, from its start to its end.
inline std::vector<int> NumbersIn(const log::Log& log) {
  std::vector<int> numbers;
  for (const log::Read& record : log::ReadAll(log, log.log_start())) {
    numbers.push_back(std::stoi(record.value));
  }
  return numbers;
}

/// from, from + 1, … to - 1.
inline std::vector<int> Range(int from, int to) {
  std::vector<int> numbers;
  for (int i = from; i < to; ++i) numbers.push_back(i);
  return numbers;
}

}  // namespace gamevents::backup
