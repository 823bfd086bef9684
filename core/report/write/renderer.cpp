#include "core/report/write/renderer.h"

#include "core/base/check.h"
#include "core/base/terminal.h"
#include "core/report/ask/row_watch.h"
#include "core/report/chart/pictures.h"
#include "core/report/chart/text_chart.h"
#include "core/report/table/spark_text.h"
#include "core/report/write/csv.h"
#include "core/report/write/json.h"
#include "core/report/write/markdown.h"
#include "core/report/write/page.h"
#include "core/report/write/parquet_rows.h"
#include "core/report/write/python_repr.h"
#include "core/report/write/readable.h"
#include "core/report/write/spark_table.h"
#include "core/report/write/terminal_table.h"
#include "core/report/write/tsv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::report {
namespace {

constexpr size_t kWriteBytes = size_t{64} << 10;  // a pipe's worth at a time

using HeadingSpan = std::span<const Heading>;

/// How a format that needs no alignment is written: its start, each row, its end.
struct RowFormat {
  Format format;
  void (*begin)(std::string& out, HeadingSpan headings);
  void (*row)(std::string& out, HeadingSpan headings, const Row& row, bool first);
  void (*end)(std::string& out, bool empty);
};

void AppendNothing(std::string&, bool) {}

template <void (*Append)(std::string&, const Row&)>
void AppendRow(std::string& out, HeadingSpan, const Row& row, bool) {
  Append(out, row);
}

constexpr auto kRowFormats = std::to_array<RowFormat>({
    {Format::kPlain, AppendPlainHeader, AppendRow<AppendPlainRow>, AppendNothing},
    {Format::kMarkdown, AppendMarkdownHeader, AppendRow<AppendMarkdownRow>, AppendNothing},
    {Format::kCsv, AppendCsvHeader, AppendRow<AppendCsvRow>, AppendNothing},
    {Format::kJson, [](std::string& out, HeadingSpan) { out += "["; },
     [](std::string& out, HeadingSpan headings, const Row& row, bool first) {
       out += first ? "\n" : ",\n";
       AppendJsonRow(out, headings, row);
     },
     [](std::string& out, bool empty) { out += empty ? "]\n" : "\n]\n"; }},
    {Format::kNdjson, [](std::string&, HeadingSpan) {},
     [](std::string& out, HeadingSpan headings, const Row& row, bool) {
       AppendJsonRow(out, headings, row);
       out += "\n";
     },
     AppendNothing},
});

constexpr RowFormat kSafeCsv{Format::kCsv, AppendSafeCsvHeader, AppendRow<AppendSafeCsvRow>,
                             AppendNothing};

class StreamedRows final : public Renderer {
 public:
  StreamedRows(const RowFormat& format, bool to_terminal, std::vector<Heading> headings,
               const Write& write)
      : format_(format), to_terminal_(to_terminal), headings_(std::move(headings)), write_(write) {
    format_.begin(text_, headings_);
  }

  Status Add(Row row) override {
    format_.row(text_, headings_, row, empty_);
    empty_ = false;
    return text_.size() < kWriteBytes ? Status(Done{}) : WritePiece();
  }

  Status Finish(bool) override {
    format_.end(text_, empty_);
    return WritePiece();
  }

  Status Flush() override { return text_.empty() ? Status(Done{}) : WritePiece(); }

 private:
  Status WritePiece() {
    // A text in CSV may hold what a terminal obeys; the others have it escaped already.
    auto written = write_(to_terminal_ ? EscapeControls(text_, "\r\n\t") : text_);
    text_.clear();
    return written;
  }

  const RowFormat& format_;
  bool to_terminal_;
  std::vector<Heading> headings_;
  const Write& write_;
  std::string text_;
  bool empty_ = true;
};

/// A drawing as wide as the table whose first line `text` begins with, within reason.
TextDrawing DrawingBelow(std::string_view text, const TerminalTraits& terminal) {
  constexpr size_t kNarrow = 60;
  constexpr size_t kWide = 100;
  TextDrawing drawing{.is_ascii = terminal.is_ascii, .is_colored = terminal.is_colored};
  drawing.width = std::clamp(DisplayWidth(text.substr(0, text.find('\n'))), kNarrow, kWide);
  if (terminal.columns > 0) drawing.width = std::min(drawing.width, terminal.columns);
  return drawing;
}

class HeldTable final : public Renderer {
 public:
  HeldTable(const RenderOptions& options, std::vector<Heading> headings, const Write& write)
      : options_(options), table_{std::move(headings), {}, false}, write_(write) {}

  Status Add(Row row) override {
    table_.rows.push_back(std::move(row));
    return Done{};
  }

  Status Flush() override { return Done{}; }

  Status Finish(bool more) override {
    table_.more = more;
    const TimestampMs now = options_.page.made;
    const auto pictures = PicturesOf(table_, options_.chart, options_.titles.chart, now);
    if (!pictures) return Error(pictures.error());
    if (options_.format == Format::kHtml) {
      const std::string unfinished = UnfinishedStep(table_, options_.chart, now);
      if (!unfinished.empty()) {
        options_.titles.note = fmt::format("The last step, {}, is not over yet.", unfinished);
      }
      return write_(QueryPage(table_, options_.page, *pictures, options_.titles));
    }
    if (table_.rows.size() > options_.shown_rows) {
      table_.rows.resize(options_.shown_rows);
      table_.more = true;
    }
    // The pictures are of the numbers, which are texts from here on.
    if (options_.terminal_width > 0) table_ = WithDigitGroups(std::move(table_));
    if (options_.format == Format::kVertical) {
      return write_(VerticalTable(table_, options_.to_terminal));
    }
    std::string text = TextOfTable();
    for (const Picture& picture : *pictures) {
      if (!text.ends_with("\n\n")) text += "\n";
      text += TextChart(picture, DrawingBelow(text, options_.terminal));
    }
    return write_(text);
  }

 private:
  std::string TextOfTable() const {
    if (options_.terminal_width > 0) {
      return FittedTable(table_, options_.terminal_width, options_.see_all);
    }
    return Show(table_, {options_.truncate, options_.to_terminal});
  }

  RenderOptions options_;
  Table table_;
  const Write& write_;
};

/// Shows each row to a watch before it is written. What is wrong with the watch's condition ends
/// the answer before anything is.
class WatchedRows final : public Renderer {
 public:
  WatchedRows(std::shared_ptr<RowWatch> watch, std::span<const Heading> headings,
              std::unique_ptr<Renderer> renderer)
      : watch_(std::move(watch)), begun_(watch_->Begin(headings)), renderer_(std::move(renderer)) {}

  Status Add(Row row) override {
    if (!begun_) return begun_;
    watch_->See(row);
    return renderer_->Add(std::move(row));
  }
  Status Flush() override { return begun_ ? renderer_->Flush() : begun_; }
  Status Finish(bool more) override { return begun_ ? renderer_->Finish(more) : begun_; }

 private:
  std::shared_ptr<RowWatch> watch_;
  Status begun_;
  std::unique_ptr<Renderer> renderer_;
};

std::unique_ptr<Renderer> MakeUnwatched(const RenderOptions& options, std::vector<Heading> headings,
                                        const Write& write, FindKinds kinds) {
  const FormatTraits& traits = TraitsOf(options.format);
  if (traits.typed) {
    return MakeParquetRows(options, std::move(headings), write, std::move(kinds));
  }
  if (traits.holds_rows) {
    return std::make_unique<HeldTable>(options, std::move(headings), write);
  }
  const auto found = std::ranges::find(kRowFormats, options.format, &RowFormat::format);
  INVARIANT(found != kRowFormats.end());
  const RowFormat& format = options.csv_safe && found->format == Format::kCsv ? kSafeCsv : *found;
  return std::make_unique<StreamedRows>(format, options.to_terminal, std::move(headings), write);
}

/// Shows the rows to the watch as they are, before they are rounded for people.
Status ShowTo(RowWatch& watch, const Table& table) {
  if (auto begun = watch.Begin(table.headings); !begun) return begun;
  for (const Row& row : table.rows) watch.See(row);
  return Done{};
}

}  // namespace

std::unique_ptr<Renderer> MakeRenderer(const RenderOptions& options, std::vector<Heading> headings,
                                       const Write& write, FindKinds kinds) {
  const std::vector<Heading> watched = headings;
  auto renderer = MakeUnwatched(options, std::move(headings), write, std::move(kinds));
  if (options.watch == nullptr) return renderer;
  return std::make_unique<WatchedRows>(options.watch, watched, std::move(renderer));
}

Status Render(Table table, const RenderOptions& options, const Write& write) {
  // The rows are moved away one by one, so that their kinds are found before.
  std::vector<CellKinds> kinds;
  if (TraitsOf(options.format).typed) kinds = KindsOf(table);
  const auto renderer = MakeRenderer(options, std::move(table.headings), write,
                                     [&kinds] { return Result<std::vector<CellKinds>>(kinds); });
  for (Row& row : table.rows) {
    if (auto added = renderer->Add(std::move(row)); !added) return added;
  }
  return renderer->Finish(table.more);
}

Status WriteTable(const Question& question, Table table, const Write& write) {
  const size_t limit = RowLimit(question);
  table.more = table.more || table.rows.size() > limit;
  if (table.rows.size() > limit) table.rows.resize(limit);
  RenderOptions rendering = RenderingOf(question);
  if (const auto watch = std::exchange(rendering.watch, nullptr)) {
    if (auto shown = ShowTo(*watch, table); !shown) return shown;
  }
  if (question.take) return write(RowsRepr(table.headings, table.rows) + "\n");
  const Format format = question.rendering.format;
  const bool is_page = format == Format::kHtml;
  const bool for_people = TraitsOf(format).holds_rows || format == Format::kMarkdown;
  if (for_people) {
    table = Rounded(question, std::move(table));
    // A page draws the times before it writes them.
    if (!is_page) table = WithPlainDays(question, std::move(table));
    table = WithWorkedOut(question, std::move(table));
  }
  return Render(std::move(table), rendering, write);
}

}  // namespace gamevents::report
