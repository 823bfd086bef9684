#pragma once

#include "core/report/ask/question.h"

#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {

inline Question AskRows(std::vector<event::FieldPath> fields) {
  Question question;
  question.asked = RowsQuestion{.fields = std::move(fields)};
  return question;
}

inline Question AskAllRows() {
  Question question;
  question.asked = RowsQuestion{.all = true};
  return question;
}

inline Question AskGroups(GroupsQuestion groups) {
  Question question;
  question.asked = std::move(groups);
  return question;
}

inline Question AskSchema() {
  Question question;
  question.asked = SchemaQuestion{};
  return question;
}

inline Question AskSql(std::string statement) {
  Question question;
  question.asked = SqlQuestion{std::move(statement)};
  return question;
}

}  // namespace gamevents::report
