#include "core/contracts/client_type.h"

#include "core/base/text.h"

#include <algorithm>

namespace gamevents::contracts {

std::string OneLine(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  for (size_t at = text.find("*/"); at != std::string::npos; at = text.find("*/")) {
    text.replace(at, 2, "* ");
  }
  return text;
}

std::string Remark(const ClientField& field) {
  std::string text = field.description;
  for (const std::string& choice : field.choices) {
    const bool first = &choice == field.choices.data();
    text += !first ? ", " : text.empty() ? "One of " : " One of ";
    text += OneLine(JsonString(choice));
  }
  return text;
}

}  // namespace gamevents::contracts
