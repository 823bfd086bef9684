#include "cmd/missing_names.h"

#include <fmt/format.h>

namespace gamevents::cmd {

std::string DescribeMissing(const report::MissingName& missing, int64_t read,
                            std::string_view noun) {
  const std::string meant = missing.nearest ? "; did you mean " + *missing.nearest + "?" : "";
  if (missing.kind == report::MissingName::Kind::kStep) {
    return fmt::format("no event that was selected is the step {}{}", missing.name, meant);
  }
  if (missing.kind == report::MissingName::Kind::kValue) {
    return fmt::format("none of the {} {} that were read has the {} {}{}", read, noun,
                       missing.field, missing.name, meant);
  }
  return fmt::format("none of the {} {} that were read has the field {}{}", read, noun,
                     missing.name, meant);
}

}  // namespace gamevents::cmd
