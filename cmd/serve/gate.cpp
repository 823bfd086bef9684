#include "cmd/serve/gate.h"

#include "cmd/serve/contracts.h"
#include "cmd/serve/privacy.h"
#include "core/base/note_form.h"
#include "core/base/notes.h"
#include "core/collector/routes/contract_schemas.h"

#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace gamevents::cmd {
namespace {

using collector::Sample;
using http::FrontEndStats;

// One number of FrontEndStats, and its name.
struct Shown {
  const char* name;
  const char* help;
  bool is_counter;
  uint64_t FrontEndStats::* number;
};

constexpr auto kShown = std::to_array<Shown>({
    {"gamevents_http_connections", "Connections that are open.", false,
     &FrontEndStats::connections_open},
    {"gamevents_http_connections_accepted_total", "Connections that were accepted.", true,
     &FrontEndStats::connections_accepted},
    {"gamevents_http_connections_refused_total",
     "Connections that were closed at once: there were too many.", true,
     &FrontEndStats::connections_refused},
    {"gamevents_http_connections_timed_out_total",
     "Connections that were closed for being idle, or for not taking an answer.", true,
     &FrontEndStats::connections_timed_out},
    {"gamevents_http_connections_shed_total",
     "Connections that were closed because they held most of the memory when all held too much.",
     true, &FrontEndStats::connections_shed},
    {"gamevents_tls_handshakes_total", "TLS handshakes that were begun.", true,
     &FrontEndStats::handshakes},
    {"gamevents_tls_handshakes_failed_total",
     "TLS handshakes that were refused, broken off or given up.", true,
     &FrontEndStats::handshakes_failed},
    {"gamevents_http_memory_bytes", "Memory of requests and answers, of serve.request_memory.",
     false, &FrontEndStats::memory_bytes},
    {"gamevents_http_replies_dropped_total", "Answers whose client had gone.", true,
     &FrontEndStats::replies_dropped},
    {"gamevents_http_streams", "Streamed answers that go on.", false, &FrontEndStats::streams_open},
    {"gamevents_http_streams_total", "Streamed answers that were begun.", true,
     &FrontEndStats::streams},
    {"gamevents_http_received_bytes_total", "Bytes received, headers and framing included.", true,
     &FrontEndStats::bytes_received},
    {"gamevents_http_sent_bytes_total", "Bytes sent, headers and framing included.", true,
     &FrontEndStats::bytes_sent},
});

std::vector<Sample> RefusedByStatus(const FrontEndStats& stats) {
  std::vector<Sample> samples;
  for (size_t i = 0; i < stats.refused.size(); ++i) {
    samples.push_back(
        {static_cast<double>(stats.refused[i]), {std::to_string(http::kRefusalStatuses[i])}});
  }
  return samples;
}

// The access log's form; nullopt for none. Who looks at a terminal sees requests without asking.
std::optional<collector::AccessFormat> AccessFormatOf(const config::Settings::Serve& settings) {
  using collector::AccessFormat;
  if (settings.access_log == "json") return AccessFormat::kJson;
  if (settings.access_log != "off") return AccessFormat::kText;
  const bool seen =
      ::isatty(STDERR_FILENO) == 1 && IsNoted(NoteLevel::kInfo) && !CurrentNoteForm().json;
  return seen ? std::optional(AccessFormat::kBrief) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<ServeGate>> ServeGate::Make(const config::Settings::Serve& settings) {
  std::unique_ptr<ServeGate> gate(new ServeGate(settings));
  if (Status opened = gate->Open(settings); !opened) return std::move(opened).error();
  return gate;
}

ServeGate::ServeGate(const config::Settings::Serve& settings)
    : metrics_(GAMEVENTS_VERSION),
      privacy_(MakePrivacy(settings, metrics_)),
      openapi_{GAMEVENTS_VERSION, !settings.api_keys_file.empty(), settings.open_routes} {}

Status ServeGate::Open(const config::Settings::Serve& settings) {
  collector::GateOptions options;
  options.in_flight_max = settings.max_in_flight;
  options.open_routes = settings.open_routes;
  options.cors_origins = settings.cors_origins;
  options.privacy = privacy_;
  options.note = [](const std::string& text) { Note(NoteLevel::kInfo, text); };
  if (settings.rate_limit > 0) {
    rate_limiter_.emplace(collector::RateLimit{settings.rate_limit, settings.rate_burst});
    options.rate_limiter = &*rate_limiter_;
  }
  if (!settings.api_keys_file.empty()) {
    auto keys = collector::ApiKeys::Open(settings.api_keys_file);
    if (!keys) return std::move(keys).error().In("serve.api_keys_file");
    api_keys_ = std::move(keys).value();
    options.api_keys = api_keys_.get();
  }
  if (const auto format = AccessFormatOf(settings)) {
    const bool brief = *format == collector::AccessFormat::kBrief;
    auto log = collector::AccessLog::Open(*format, brief ? "" : settings.access_log_file);
    if (!log) return std::move(log).error().In("serve.access_log_file");
    access_log_ = std::move(log).value();
    options.access_log = access_log_.get();
    metrics_.AddSource(
        {"gamevents_access_log_dropped_total",
         "Lines of the access log that were not written: too many waited, or the disk failed.",
         true,
         {},
         [this] { return std::vector<Sample>{{static_cast<double>(access_log_->dropped())}}; }});
  }
  gate_.emplace(std::move(options), metrics_, backlog_);
  auto contracts = OpenContracts(settings, metrics_);
  if (!contracts) return std::move(contracts).error();
  contracts_ = std::move(contracts).value();
  return Done{};
}

Status ServeGate::SetRoutes(const collector::Collector& collector) {
  routes_ = collector.routes();
  if (Status set = gate_->SetRoutes(routes_); !set) return set;
  return Describe();
}

Status ServeGate::Describe() {
  collector::OpenApiOptions options = openapi_;
  if (contracts_) {
    options.schemas =
        collector::ContractSchemas(*contracts_->Current(), contracts_->takes_unknown());
  }
  return operations_.Describe(routes_, options);
}

http::Handler ServeGate::handler(const collector::Collector& collector) {
  return collector.handler(gate_->visit());
}

void ServeGate::Watch(const http::FrontEnd& front_end) {
  for (const Shown& shown : kShown) {
    metrics_.AddSource(
        {shown.name, shown.help, shown.is_counter, {}, [&front_end, number = shown.number] {
           return std::vector<Sample>{{static_cast<double>(front_end.stats().*number)}};
         }});
  }
  metrics_.AddSource({"gamevents_http_bad_requests_total",
                      "Requests that were refused while they were read, which no route has seen, "
                      "by status.",
                      true,
                      {"code"},
                      [&front_end] { return RefusedByStatus(front_end.stats()); }});
}

void ServeGate::AddTo(Reloads& reloads) {
  if (contracts_) {
    reloads.Add(kContractsKey, [this]() -> Status {
      if (Status read = contracts_->Reload(); !read) return read;
      return Describe();
    });
  }
  if (api_keys_) reloads.Add("serve.api_keys_file", [this] { return api_keys_->Reload(); });
  if (access_log_) reloads.Add("serve.access_log_file", [this] { return access_log_->Reopen(); });
}

}  // namespace gamevents::cmd
