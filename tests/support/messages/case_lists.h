#pragma once

#include "tests/support/messages/message_case.h"

#include <vector>

// The parts of AllMessages(): cut in four so that they compile side by side.

namespace gamevents::broker {

void AddDataCases(std::vector<MessageCase>& out);
void AddGroupCases(std::vector<MessageCase>& out);
void AddTopicCases(std::vector<MessageCase>& out);
void AddAdminCases(std::vector<MessageCase>& out);

}  // namespace gamevents::broker
