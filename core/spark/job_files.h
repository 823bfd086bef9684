#pragma once

#include <string_view>

namespace gamevents::spark {

/// A file of the job, as it was in configs/spark when the program was built.
struct JobFile {
  std::string_view name;
  std::string_view text;
};

/// The job itself, and the module that it imports from beside it; defined by a source that the
/// build makes of those files.
extern const JobFile kReportJob;
extern const JobFile kEventsModule;

}  // namespace gamevents::spark
