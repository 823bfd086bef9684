#pragma once

#include "core/event/document.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gamevents::contracts {

/// What a draft says for sure needs so many events of the type: of fewer nothing but `event_type`
/// is required.
inline constexpr int64_t kDraftEventsMin = 20;
/// An `enum` has at most so many texts, each seen so often on average.
inline constexpr size_t kDraftChoicesMax = 8;
inline constexpr int64_t kDraftChoiceEvents = 50;
/// Fields and types of all drafts together; what comes later is left out.
inline constexpr size_t kDraftFieldsMax = 10'000;

/// Drafts contracts from events that there are: the types of each field, what is always there, and
/// texts of which there are few. Limits of numbers and lengths are left open, and so are other
/// fields: what the next event has nobody knows. What `serve` adds is left out: event_id,
/// received_at, remote_ip, and headers as it names them. Used by one thread.
class Draft {
 public:
  Draft();
  ~Draft();

  /// Takes an event in; one without an event_type that is a text says nothing.
  void Add(const event::Document& event);

  /// A contract of each type as a file: its name, and the schema's text. Two types whose names
  /// would give one file have a number behind the second.
  std::map<std::string, std::string> Files() const;

 private:
  struct Node;

  std::map<std::string, std::unique_ptr<Node>, std::less<>> types_;
  size_t fields_ = 0;
};

}  // namespace gamevents::contracts
