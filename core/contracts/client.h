#pragma once

#include "core/base/result.h"
#include "core/contracts/contracts.h"

#include <string>
#include <string_view>
#include <vector>

namespace gamevents::contracts {

/// The languages that ClientFor knows: "csharp", "gdscript", "typescript".
std::vector<std::string_view> ClientLanguages();

/// Source text in `language` with one type for each contract and a function that sends events to
/// POST /events under an Idempotency-Key. Nested objects, references to other files, and whatever
/// has several types are any value there. Errors: kBadInput for another language, with those that
/// there are.
Result<std::string> ClientFor(std::string_view language, const Contracts& contracts);

}  // namespace gamevents::contracts
