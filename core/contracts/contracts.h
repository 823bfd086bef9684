#pragma once

// The contracts room: what events of each type must be, as JSON Schema in files. It reads the
// files, holds events against them, compares two versions, drafts them, and prints types for
// clients. It knows nothing of where events come from: no HTTP, no Kafka.

#include "core/base/result.h"
#include "core/contracts/check.h"
#include "core/event/document.h"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::contracts {

/// Files in a folder of contracts, those in folders below it not counted.
inline constexpr size_t kContractsMax = 1'000;

class SchemaReader;

/// What events of one type must be.
struct Contract {
  std::string event_type;
  std::string file;  ///< "purchase_sword.json"
  std::string json;  ///< the schema as the file has it, in one line
  const Schema* schema = nullptr;
};

/// The contracts of a folder: each FILE.json in it is one, for the event type that its schema names
/// by `properties.event_type.const`, or else for FILE. Folders below it have schemas that others
/// refer to. Any thread may ask.
class Contracts {
 public:
  ~Contracts();
  Contracts(const Contracts&) = delete;
  Contracts& operator=(const Contracts&) = delete;

  /// Errors: kNotFound without the folder; kBadInput for a second contract of one type, a type that
  /// no event can have, and as SchemaReader; kFull beyond the limits; kIo. The context has
  /// "FOLDER/FILE".
  static Result<std::shared_ptr<const Contracts>> Load(const std::string& folder);

  /// The same of files in memory: names and texts. Errors: as Load.
  static Result<std::shared_ptr<const Contracts>> Of(
      const std::map<std::string, std::string>& files);

  /// The contract of that type; null when there is none.
  const Contract* Find(std::string_view event_type) const;

  /// All, by event type.
  const std::map<std::string, Contract, std::less<>>& all() const { return contracts_; }

  /// The files that they were read from, and those that these refer to.
  const SchemaReader& reader() const { return *reader_; }

 private:
  explicit Contracts(std::unique_ptr<SchemaReader> reader);
  Status Read(const std::vector<std::string>& files);

  const std::unique_ptr<SchemaReader> reader_;  // which owns the schemas
  std::map<std::string, Contract, std::less<>> contracts_;
};

/// Holds an event against its contract; nothing when it is as that says. Any thread may ask.
std::vector<Problem> Check(const Contract& contract, const event::Document& event);

/// What is wrong with the `examples` at the top of the contract, one line each: "examples/0: …".
std::vector<std::string> BrokenExamples(const Contract& contract);

/// The problems in one line: "/price must be at most 100; it has no \"user\", which is required".
std::string Describe(const std::vector<Problem>& problems);

}  // namespace gamevents::contracts
