#pragma once

#include "core/kafka/record.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::forward {

/// The header that each copied record has behind its own: "CLUSTER PARTITION OFFSET", where it was.
inline constexpr std::string_view kMarkHeader = "gamevents.source";

/// Where a copied record was in its source. The view is into what it was read from.
struct Mark {
  std::string_view cluster_id;
  int32_t partition = 0;
  int64_t offset = 0;

  bool operator==(const Mark&) const = default;
};

/// The header's value. Requires: no blank in the cluster's id.
std::string FormatMark(const Mark& mark);

/// What FormatMark gave; nullopt for anything else.
std::optional<Mark> ParseMark(std::string_view text);

/// The mark of a record, which is its last header of that name: one that was copied from cluster to
/// cluster has several. Nullopt: it has none, so it is another producer's.
std::optional<Mark> MarkOf(std::span<const kafka::HeaderView> headers);

}  // namespace gamevents::forward
