#pragma once

#include "core/report/chart/picture.h"

#include <cstddef>
#include <string>

namespace gamevents::report {

// What stands beside and in a picture, however it is drawn.

/// "2026-11-23", "2026-11-23 10:00", "20 to 30", "5": what stands at a position, in full.
std::string PositionText(const Picture& picture, size_t at);

/// "1,234", "12.5 %": a value in full.
std::string ValueText(const Picture& picture, double value);

/// The sum of a series, for its legend; of shares "", since they do not add up.
std::string TotalText(const Picture& picture, const Series& series);

/// The sum of all series at a position.
double TotalAt(const Picture& picture, size_t at);

/// The sentences below a picture: what it leaves out, and that its last step is not over.
std::string NoteOf(const Picture& picture);

}  // namespace gamevents::report
