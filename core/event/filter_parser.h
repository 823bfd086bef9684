#pragma once

#include "core/base/moment.h"
#include "core/base/result.h"
#include "core/event/filter_tree.h"

#include <memory>
#include <string_view>

namespace gamevents::event {

/// The tree of a filter's text. Errors: as Filter::Parse.
Result<std::shared_ptr<const Filter::Tree>> ParseFilter(std::string_view text,
                                                        const ReadMoment& moments);

}  // namespace gamevents::event
