#include "cmd/serve/contracts.h"

#include "core/base/notes.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

void ShowOutcomes(const std::shared_ptr<collector::ContractGuard>& guard,
                  collector::Metrics& metrics) {
  using Guard = collector::ContractGuard;
  metrics.AddSource({"gamevents_contract_checks_total",
                     "Events of POST /events, by whether they keep their contract.",
                     true,
                     {"result"},
                     [guard] {
                       std::vector<collector::Sample> samples;
                       for (size_t outcome = 0; outcome < Guard::kOutcomes; ++outcome) {
                         const auto which = static_cast<Guard::Outcome>(outcome);
                         samples.push_back({static_cast<double>(guard->count(which)),
                                            {std::string(Guard::NameOf(which))}});
                       }
                       return samples;
                     }});
}

}  // namespace

Result<std::shared_ptr<collector::ContractGuard>> OpenContracts(
    const config::Settings::Serve& serve, collector::Metrics& metrics) {
  if (serve.contracts.empty() || serve.contracts_mode == "off") {
    return std::shared_ptr<collector::ContractGuard>();
  }
  collector::ContractGuardOptions options;
  options.folder = serve.contracts;
  options.enforces = serve.contracts_mode == "enforce";
  options.takes_unknown = !options.enforces || serve.contracts_unknown == "accept";
  options.note = [](const std::string& text) { Note(NoteLevel::kWarning, text); };
  auto opened = collector::ContractGuard::Open(std::move(options));
  if (!opened) return std::move(opened).error().In(kContractsKey);
  std::shared_ptr<collector::ContractGuard> guard = std::move(opened).value();
  ShowOutcomes(guard, metrics);
  return guard;
}

}  // namespace gamevents::cmd
