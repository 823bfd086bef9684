#pragma once

#include "core/base/result.h"
#include "core/report/scan/scan.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace gamevents::report::sql {

/// A table that a statement may name: JSON objects, each a row.
struct TableSource {
  std::string name;
  std::set<std::string, std::less<>> columns{};  ///< that are there though no row has them
  std::function<Result<OpenSource>()> open;      ///< asked once, when a statement names it
};

/// What a statement may name beside the tables that are made of the events (kMadeTables).
struct TableSources {
  std::vector<TableSource> named{};
  /// Opens the topic of that name; none: there are no topics. Errors: kNotFound, where there is no
  /// such topic, with those that there are.
  std::function<Result<OpenSource>(const std::string& name)> topic{};
};

}  // namespace gamevents::report::sql
