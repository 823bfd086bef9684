#pragma once

#include "cmd/flags.h"
#include "core/base/result.h"
#include "core/generate/rhythm.h"

#include <memory>
#include <optional>
#include <string>

namespace gamevents::cmd {

/// What the flags say about a world of many days.
struct SpanFlags {
  std::optional<std::string> span;
  std::optional<std::string> start;
  bool experiment = false;
};

/// Declares the flags. `options` must outlive the command line.
void DeclareSpan(Flags& flags, SpanFlags& options);

/// When the players of that world play; `asked` has all but its days. Requires: --span was given.
/// Errors: kBadInput, naming the flag; those of Rhythm::Make.
Result<std::shared_ptr<const generate::Rhythm>> PlanSpan(const SpanFlags& options,
                                                         generate::SpanOptions asked);

}  // namespace gamevents::cmd
