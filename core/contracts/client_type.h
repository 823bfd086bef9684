#pragma once

#include <cstdint>
#include <string>
#include <vector>

// What clients of every language are made of.

namespace gamevents::contracts {

/// What a field is, as far as the types of all three languages say it.
enum class Shown : uint8_t { kText, kWhole, kNumber, kTruth, kTexts, kWholes, kNumbers, kAnything };

/// A field of an event as a client's type has it.
struct ClientField {
  std::string name;
  std::string identifier;  ///< the same with nothing but letters, digits and underscores
  Shown shown = Shown::kAnything;
  bool required = false;
  std::vector<std::string> choices;  ///< the texts that it can be; none: any
  std::string description;
};

/// A contract as a client has it.
struct ClientType {
  std::string name;  ///< "PurchaseSword"
  std::string event_type;
  std::string description;
  std::vector<ClientField> fields;  ///< without event_type
};

/// One line, that cannot end a comment.
std::string OneLine(std::string text);

/// What the field can be, for those languages whose types do not say it.
std::string Remark(const ClientField& field);

/// The types in C#.
std::string CSharp(const std::vector<ClientType>& types);

}  // namespace gamevents::contracts
