#pragma once

#include <set>
#include <string>
#include <string_view>

// Names for the programs and documents that are made of contracts.

namespace gamevents::contracts {

/// "purchase_sword" as "PurchaseSword": letters and digits alone. Empty where it has none.
std::string PascalCase(std::string_view text);

/// `name`, or with a number behind it where it is taken; it is taken then.
std::string Unused(const std::string& name, std::set<std::string>& taken);

}  // namespace gamevents::contracts
