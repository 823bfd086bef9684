#include "core/spark/engine.h"

#include "core/base/file.h"
#include "core/base/units.h"
#include "core/spark/answer_file.h"
#include "core/spark/job_files.h"
#include "core/spark/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace gamevents::spark {
namespace {

constexpr std::string_view kPlanName = "plan.json";
constexpr std::string_view kAnswerName = "answer.ndjson";

/// A folder of our own that is gone with its owner.
class TemporaryFolder {
 public:
  /// Errors: kIo and nearer.
  static Result<std::unique_ptr<TemporaryFolder>> Make() {
    std::error_code none;
    auto base = std::filesystem::temp_directory_path(none);
    if (none) base = "/tmp";
    std::string path = base / "gamevents-spark-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return SystemError("make " + path, errno);
    return std::unique_ptr<TemporaryFolder>(new TemporaryFolder(std::move(path)));
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;  // What is left is the system's to clean.
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

  /// Errors: kIo and nearer.
  Status Write(std::string_view name, std::string_view text) const {
    const std::string path = fmt::format("{}/{}", path_, name);
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) return SystemError("create " + path, errno);
    if (auto written = WriteAll(file.get(), text); !written) {
      return std::move(written).error().In(path);
    }
    return Done{};
  }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

std::string LastLines(std::string_view text, size_t lines) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  size_t start = text.size();
  for (size_t i = 0; i < lines && start != std::string_view::npos && start > 0; ++i) {
    start = text.rfind('\n', start - 1);
  }
  return std::string(start == std::string_view::npos ? text : text.substr(start + 1));
}

/// Runs the job on what `folder` holds. Errors: as Answer.
Status Submit(const SubmitOptions& options, const std::string& folder) {
  auto ended = Run({SubmitWords(options, folder), options.timeout});
  if (!ended) {
    Error error = std::move(ended).error();
    if (error.fault == Fault::kNotFound) {
      error.context +=
          "; install Spark (pip install pyspark==4.0.0), or set spark.submit to its "
          "spark-submit";
    } else if (error.fault == Fault::kUnavailable) {
      error.context = LastLines(error.context, kLogLinesShown) + "\nspark.timeout allows more";
    }
    return error;
  }
  if (ended->code == 0) return Done{};
  return Error{
      Fault::kUnavailable,
      fmt::format("{} (spark.master {}) ended with {}; the end of its log:\n{}", options.submit,
                  options.master, ended->code, LastLines(ended->said, kLogLinesShown))};
}

/// Takes the answer row by row: into a table, or on to a format that is written as it comes.
class Writing {
 public:
  Writing(const report::Question& question, const report::Write& write)
      : question_(question),
        write_(write),
        has_rows_(std::holds_alternative<report::RowsQuestion>(question.asked)),
        streams_(has_rows_ && !question.take &&
                 !report::TraitsOf(question.rendering.format).holds_rows &&
                 !report::TraitsOf(question.rendering.format).typed) {}

  Status Columns(std::vector<report::Heading> headings) {
    if (streams_) {
      renderer_ = report::MakeRenderer(report::RenderingOf(question_), std::move(headings), write_,
                                       nullptr);
    } else {
      table_.headings = std::move(headings);
    }
    return Done{};
  }

  Status Add(report::Row row) {
    rows_ += 1;
    // One more than the limit was asked for, to know whether there are more.
    if (streams_)
      return rows_ > report::RowLimit(question_) ? Done{} : renderer_->Add(std::move(row));
    bytes_ += report::RowBytes(row);
    table_.rows.push_back(std::move(row));
    if (bytes_ <= question_.memory && rows_ <= report::kGroupsMax) return Done{};
    return Error{
        Fault::kFull,
        fmt::format("the answer has more than {} rows, or takes more than {} "
                    "(report.memory): ask for fewer rows, narrow the events with a filter, or "
                    "raise the key",
                    report::kGroupsMax, FormatSize(static_cast<int64_t>(question_.memory)))};
  }

  Status Finish() {
    if (streams_) return renderer_->Finish(false);
    if (!has_rows_) {
      for (size_t i = 0; i < table_.headings.size(); ++i) report::UnifyNumbers(table_, i);
    }
    return report::WriteTable(question_, std::move(table_), write_);
  }

 private:
  const report::Question& question_;
  const report::Write& write_;
  bool has_rows_;  // in place of groups
  bool streams_;
  report::Table table_;
  std::unique_ptr<report::Renderer> renderer_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
};

}  // namespace

std::vector<std::string> SubmitWords(const SubmitOptions& options, const std::string& folder) {
  std::vector<std::string> words{options.submit, "--master", options.master};
  if (!options.jars.empty()) {
    words.insert(words.end(), {"--jars", fmt::format("{}", fmt::join(options.jars, ","))});
  } else if (!options.packages.empty()) {
    words.insert(words.end(), {"--packages", fmt::format("{}", fmt::join(options.packages, ","))});
  }
  std::map<std::string, std::string> properties = options.properties;
  properties.emplace("spark.ui.enabled", "false");
  properties.emplace("spark.log.level", "WARN");
  if (options.master.starts_with("local")) {
    // Nothing listens beyond this machine for a job that does not leave it.
    properties.emplace("spark.driver.bindAddress", "127.0.0.1");
    properties.emplace("spark.driver.host", "127.0.0.1");
  }
  for (const auto& [name, value] : properties) {
    words.insert(words.end(), {"--conf", name + "=" + value});
  }
  const auto in_folder = [&](std::string_view name) { return fmt::format("{}/{}", folder, name); };
  words.insert(words.end(), {in_folder(kReportJob.name), "--plan", in_folder(kPlanName), "--out",
                             in_folder(kAnswerName)});
  return words;
}

Result<report::ScanSummary> Answer(const report::Question& question, const Source& source,
                                   const SubmitOptions& options, const report::Write& write) {
  const auto plan = MakePlan(question, source);
  if (!plan) return Error(plan.error());
  const auto folder = TemporaryFolder::Make();
  if (!folder) return Error(folder.error());
  for (const auto& [name, text] : {std::pair(kReportJob.name, kReportJob.text),
                                   std::pair(kEventsModule.name, kEventsModule.text),
                                   std::pair(kPlanName, std::string_view(*plan))}) {
    if (auto written = (*folder)->Write(name, text); !written) return std::move(written).error();
  }
  if (auto done = Submit(options, (*folder)->path()); !done) return std::move(done).error();
  Writing writing(question, write);
  const AnswerReader reader{
      [&](std::vector<report::Heading> headings) { return writing.Columns(std::move(headings)); },
      [&](report::Row row) { return writing.Add(std::move(row)); }};
  auto summary = ReadAnswer(fmt::format("{}/{}", (*folder)->path(), kAnswerName), reader);
  if (!summary) return summary;
  if (auto finished = writing.Finish(); !finished) return std::move(finished).error();
  return summary;
}

}  // namespace gamevents::spark
