#pragma once

#include "cmd/command.h"
#include "core/kafka/reader.h"

#include <string>

namespace gamevents::cmd {

/// What `consume --verify` was asked.
struct VerifyOptions {
  std::string ledger;
  bool json = false;
  kafka::ReaderOptions reader;
};

/// Holds the ledger against the records that `reader` names and prints the verdict to stdout.
/// kFailed when something is lost, there twice or out of order. Errors: those of the ledger and
/// the reader; kClosed when the process was told to stop before the end.
Result<Exit> Verify(const VerifyOptions& options);

}  // namespace gamevents::cmd
