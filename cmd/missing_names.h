#pragma once

#include "core/report/scan/asked_fields.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gamevents::cmd {

/// What stderr says of a name that nothing has, which is mostly a slip of the fingers: "none of the
/// 42 events that were read has the field event_typ; did you mean event_type?", "… has the item
/// sheild; …", or "no event that was selected is the step chekout; …". `read`: how many there were
/// of what `noun` names in the plural.
std::string DescribeMissing(const report::MissingName& missing, int64_t read,
                            std::string_view noun);

}  // namespace gamevents::cmd
