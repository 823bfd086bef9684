#include "core/contracts/names.h"

namespace gamevents::contracts {

std::string PascalCase(std::string_view text) {
  std::string name;
  bool begins = true;
  for (const char c : text) {
    const bool lower = c >= 'a' && c <= 'z';
    if (!lower && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) {
      begins = true;
      continue;
    }
    name += begins && lower ? static_cast<char>(c - 'a' + 'A') : c;
    begins = false;
  }
  return name;
}

std::string Unused(const std::string& name, std::set<std::string>& taken) {
  std::string unused = name;
  for (int number = 2; !taken.insert(unused).second; ++number) {
    unused = name + "_" + std::to_string(number);
  }
  return unused;
}

}  // namespace gamevents::contracts
