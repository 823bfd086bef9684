#include "cmd/consume/verify.h"

#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/ledger/verifier.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <utility>

namespace gamevents::cmd {
namespace {

// How long to wait for records before looking whether the process was told to stop.
constexpr std::chrono::milliseconds kVerifyWait{100};

}  // namespace

Result<Exit> Verify(const VerifyOptions& options) {
  auto verifier = ledger::Verifier::Load(options.ledger);
  if (!verifier) return std::move(verifier).error().In("--verify");
  auto reader = kafka::Reader::Open(options.reader);
  if (!reader) return std::move(reader).error();
  while (!(*reader)->Finished()) {
    // Half of a topic says nothing about what is lost.
    if (StopSignal::Requested()) {
      return Error{Fault::kClosed, "interrupted: the topic was not read to its end"};
    }
    const auto records = (*reader)->Next(kVerifyWait);
    if (!records) return Error(records.error());
    for (const kafka::RecordView& record : *records) (*verifier)->Look(record);
  }
  const ledger::Verdict verdict = (*verifier)->Finish();
  Note(NoteLevel::kInfo, fmt::format("read {} records, {} of them not in the ledger",
                                     verdict.records, verdict.others));
  const std::string text =
      options.json ? ledger::FormatVerdictAsJson(verdict) : ledger::FormatVerdict(verdict);
  if (auto written = WriteAll(STDOUT_FILENO, text); !written) {
    return std::move(written).error().In("stdout");
  }
  return verdict.Sound() ? Exit::kOk : Exit::kFailed;
}

}  // namespace gamevents::cmd
