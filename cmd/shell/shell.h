#pragma once

#include "cmd/cluster.h"
#include "core/base/file.h"
#include "core/base/result.h"
#include "core/base/time_zone.h"
#include "core/config/settings.h"
#include "core/report/ask/format.h"
#include "core/report/ask/render_options.h"
#include "core/report/scan/scan.h"
#include "core/report/shell/completion.h"
#include "core/report/shell/vocabulary.h"
#include "core/report/sql/column_store.h"
#include "core/report/sql/table_sources.h"

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {

/// What is typed at a prompt, answered: statements of SQL over the topic, and commands. Answers go
/// to stdout, or to the file of \o; what is said beside them to stderr. One thread.
class Shell {
 public:
  /// `settings` outlives it. Errors: of OpenCluster; kBadInput for a time zone that there is not.
  static Result<Shell> Open(const config::Settings& settings);

  /// A command of a backslash: a row of the table of them.
  struct Command {
    std::string_view name;      ///< "\o"
    std::string_view argument;  ///< "[FILE]"; "" for none
    std::string_view help;
    Status (Shell::*run)(std::string_view argument);
  };
  static std::span<const Command> Commands();

  /// Answers a statement. Errors: as report::Answer; those of the topic.
  Status Ask(const std::string& statement);

  /// Runs "\d events". Errors: kBadInput for one that there is not; the command's.
  Status RunCommand(std::string_view line);

  /// Whether \q was run.
  bool ended() const { return ended_; }
  /// Whether the last question was stopped before its end.
  bool interrupted() const { return interrupted_; }

  /// How the end of `before` may go on; looks at the topic's first events when it is first asked.
  report::shell::Completion Complete(std::string_view before);

 private:
  Shell(const config::Settings& settings, TimeZone zone, Cluster cluster,
        report::sql::ColumnStore store);

  Status Describe(std::string_view argument);
  Status Expand(std::string_view argument);
  Status Time(std::string_view argument);
  Status SendTo(std::string_view argument);
  Status SetFormat(std::string_view argument);
  Status SetLimit(std::string_view argument);
  Status Help(std::string_view argument);
  Status Quit(std::string_view argument);

  Result<report::OpenSource> OpenTopic() const;
  report::sql::TableSources Tables() const;
  std::vector<std::string> TableNames() const;
  std::vector<std::vector<std::string>> TableRows() const;
  report::RenderOptions Rendering() const;
  Status Write(std::string_view text) const;
  /// Says how long it took since `start`, after \timing.
  void SayTime(std::chrono::steady_clock::time_point start) const;
  Error AboutTopic(Error error) const;

  const config::Settings& settings_;
  TimeZone zone_;
  Cluster cluster_;
  report::sql::ColumnStore store_;
  report::Format format_ = report::Format::kTable;
  bool expanded_ = false;
  bool timed_ = false;
  std::optional<size_t> limit_;
  /// The one before the name of a file set another.
  std::optional<report::Format> format_before_;
  FileDescriptor file_;  ///< of \o; none: stdout
  bool ended_ = false;
  bool interrupted_ = false;
  std::optional<report::shell::Vocabulary> vocabulary_;
};

}  // namespace gamevents::cmd
