#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace gamevents::parquet {

/// The bits that hold every number up to `largest`; at least 1.
int BitWidth(uint32_t largest);

/// Appends `values` in Parquet's hybrid of run lengths and packed bits: eight or more equal values
/// in a row become a run, the others are packed in groups of eight, the last group filled up with
/// zeros. Requires: 1 <= bit_width <= 32, and no value has more bits.
void AppendHybrid(std::string& out, std::span<const uint32_t> values, int bit_width);

/// Appends eight values to a byte, the first in its lowest bit: Parquet's plain booleans.
/// `values`: one character each, '\0' for false.
void AppendBits(std::string& out, std::span<const char> values);

}  // namespace gamevents::parquet
