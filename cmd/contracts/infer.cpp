#include "cmd/contracts/infer.h"

#include "cmd/cluster.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/contracts/draft.h"
#include "core/kafka/admin.h"
#include "core/kafka/reader.h"

#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

namespace gamevents::cmd {
namespace {

// How long to wait for records before looking whether the process was told to stop.
constexpr std::chrono::milliseconds kInferWait{100};

struct Counted {
  int64_t events = 0;
  int64_t others = 0;  ///< records that are no events
};

Result<Counted> DraftFrom(kafka::Reader& reader, contracts::Draft& draft) {
  Counted counted;
  event::Document document;
  while (!reader.Finished()) {
    if (StopSignal::Requested()) {
      return Error{Fault::kClosed, "interrupted: the topic was not read to its end"};
    }
    const auto records = reader.Next(kInferWait);
    if (!records) return Error(records.error());
    for (const kafka::RecordView& record : *records) {
      const bool event = record.value && document.Parse(*record.value).ok();
      ++(event ? counted.events : counted.others);
      if (event) draft.Add(document);
    }
  }
  return counted;
}

// Whether the file is new, and written. Others may read it: it holds no secrets.
Result<bool> WriteNew(const std::string& path, const std::string& text) {
  constexpr mode_t kForAll = 0644;
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kForAll));
  if (!file && errno == EEXIST) return false;
  if (!file) return SystemError("open " + path, errno);
  if (Status written = WriteAll(file.get(), text); !written) {
    return std::move(written).error().In(path);
  }
  return true;
}

}  // namespace

Result<Exit> InferContracts(const config::Settings& settings, const std::string& folder) {
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  kafka::ReaderOptions options;
  options.client = cluster->client();
  options.topic = settings.kafka.topic;
  auto reader = kafka::Reader::Open(options);
  if (!reader) {
    return kafka::NameTopics(std::move(reader).error(), cluster->client(), options.topic);
  }
  contracts::Draft draft;
  const auto counted = DraftFrom(**reader, draft);
  if (!counted) return Error(counted.error());
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return SystemError("make the folder " + folder, failed.value());
  size_t written = 0;
  for (const auto& [name, text] : draft.Files()) {
    const std::string path = folder + "/" + name;
    const auto made = WriteNew(path, text);
    if (!made) return Error(made.error());
    if (*made) ++written;
    if (!*made) Note(NoteLevel::kWarning, path + " is there already, and stays as it is");
  }
  Note(NoteLevel::kInfo, "drafted " + std::to_string(written) + " contracts from " +
                             std::to_string(counted->events) + " events of " + options.topic +
                             "; read them before you enforce them");
  return Exit::kOk;
}

}  // namespace gamevents::cmd
