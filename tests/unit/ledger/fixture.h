#pragma once

#include "core/base/uuid.h"

#include <string>

namespace gamevents::ledger {

/// An id that says its number: …-000000000007.
inline std::string IdText(int number) {
  std::string digits = std::to_string(number);
  return "0193a5b2-7c1d-7e34-9f00-" + std::string(12 - digits.size(), '0') + digits;
}
inline Uuid Id(int number) { return ParseUuid(IdText(number)).value(); }

}  // namespace gamevents::ledger
