#pragma once

#include "core/kafka/record.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::forward {

/// The header that each copied record has behind its own, where it was: "CLUSTER PARTITION OFFSET
/// TOPICID". The last word is missing where the topic's id is not known, and in records that were
/// copied before there was one.
inline constexpr std::string_view kMarkHeader = "gamevents.source";

/// Where a copied record was in its source. The views are into what it was read from.
struct Mark {
  std::string_view cluster_id;
  int32_t partition = 0;
  int64_t offset = 0;
  std::string_view topic_id{};  ///< empty: not known

  bool operator==(const Mark&) const = default;
};

/// The header's value. Requires: no blank in the ids.
std::string FormatMark(const Mark& mark);

/// What FormatMark gave; nullopt for anything else.
std::optional<Mark> ParseMark(std::string_view text);

/// The mark of a record, which is its last header of that name: one that was copied from cluster to
/// cluster has several. Nullopt: it has none, so it is another producer's.
std::optional<Mark> MarkOf(std::span<const kafka::HeaderView> headers);

}  // namespace gamevents::forward
