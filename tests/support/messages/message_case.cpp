#include "tests/support/messages/message_case.h"

#include "tests/support/messages/case_lists.h"

#include <string_view>

namespace gamevents::broker {

const std::vector<MessageCase>& AllMessages() {
  static const std::vector<MessageCase> kAll = [] {
    std::vector<MessageCase> all;
    AddDataCases(all);
    AddGroupCases(all);
    AddTopicCases(all);
    AddAdminCases(all);
    return all;
  }();
  return kAll;
}

const MessageCase* FindMessage(std::string_view name) {
  for (const MessageCase& each : AllMessages()) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

const MessageCase* FindRequest(ApiKey key) {
  for (const MessageCase& each : AllMessages()) {
    if (each.is_request && each.key == key) return &each;
  }
  return nullptr;
}

}  // namespace gamevents::broker
