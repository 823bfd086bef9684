// The program's front door: a table of subcommands; run.h does the rest.

#include "cmd/command.h"
#include "cmd/run.h"

#include <array>
#include <string_view>

namespace {

using namespace gamevents::cmd;

// The headings of the overview, in its order.
constexpr std::string_view kCollect = "Collect events";
constexpr std::string_view kRecords = "Topics and records";
constexpr std::string_view kAsk = "Ask";
constexpr std::string_view kRun = "Run and configure";

// The order is that of --help. A row is added with its file.
constexpr auto kCommands = std::to_array<Command>({
    {kCollect, "serve", "take events over HTTP and store each before it is answered",
     "gamevents serve --host 0.0.0.0\n"
     "gamevents serve --port 0 --set serve.drain=30s\n"
     "curl http://localhost:5000/purchase_a_sword/divya",
     DeclareServe, /*loads_config=*/true, /*is_service=*/true},
    {kRecords, "create-topic", "create the topic",
     "gamevents create-topic\n"
     "gamevents create-topic eventsForm --partitions 3 --if-not-exists\n"
     "gamevents create-topic game --config retention.ms=86400000",
     DeclareCreateTopic},
    {kRecords, "topics", "list topics, describe one, change its settings, or delete it",
     "gamevents topics\n"
     "gamevents topics eventsForm\n"
     "gamevents topics alter eventsForm retention.ms=86400000\n"
     "gamevents topics delete game --yes",
     DeclareTopics},
    {kRecords, "groups", "list consumer groups, show how far one is, move or delete it",
     "gamevents groups\n"
     "gamevents groups etl --format json\n"
     "gamevents groups reset etl --to beginning\n"
     "gamevents groups reset etl --to @-1h --topic game --dry-run\n"
     "gamevents groups delete etl --yes",
     DeclareGroups},
    {kRecords, "produce-test", "send the numbers 1 to 42, to try the cluster",
     "gamevents produce-test\n"
     "gamevents produce-test --count 1000 --acks -1",
     DeclareProduceTest},
    {kRecords, "produce", "send the lines of stdin as records",
     "echo '{\"event_type\":\"default\"}' | gamevents produce\n"
     "gamevents produce -K '\\t' < keys-and-values.tsv\n"
     "gamevents consume --from-beginning --output json | gamevents produce --json --topic copy",
     DeclareProduce},
    {kRecords, "generate", "send a game's traffic, made from a seed number, and account for it",
     "gamevents generate --seed 42 --count 10000\n"
     "gamevents generate --rate 500 --duration 1m --ledger ledger.txt\n"
     "gamevents generate --to topic --span 30d --start 30d --count 200000\n"
     "gamevents generate --to topic --count 1000000 --format json",
     DeclareGenerate},
    {kRecords, "consume", "print the topic's records",
     "gamevents consume --from-beginning\n"
     "gamevents consume -o -10 --follow\n"
     "gamevents consume --from-beginning --where 'event_type = purchase_sword'\n"
     "gamevents consume -o @-1h --output '%p %o %D %s\\n'\n"
     "gamevents consume --verify ledger.txt",
     DeclareConsume},
    {kRecords, "forward", "copy topics to another cluster, each record once",
     "gamevents forward --to broker-1:9092 --once\n"
     "gamevents forward --from ~/laptop-data --to broker-1:9092 --once --topic game\n"
     "gamevents forward skip --partition 0 --to 1205",
     DeclareForward},
    {kAsk, "report", "answer what the pyspark session asked of the topic, and more",
     "gamevents report\n"
     "gamevents report --where 'event_type = \"purchase_sword\"' --group-by purchase_user\n"
     "gamevents report --select '*' --format csv > events.csv\n"
     "gamevents report -o @-1h: --group-by event_type --format json\n"
     "gamevents report --sql 'SELECT _user, median(price) FROM events GROUP BY 1'\n"
     "gamevents report --view funnel --steps add_to_cart,checkout\n"
     "gamevents report --view revenue --chart stacked",
     DeclareReport},
    {kAsk, "shell", "ask statements of SQL one after another, at a prompt",
     "gamevents shell\n"
     "gamevents shell --topic game\n"
     "echo 'SELECT count(*) FROM events;' | gamevents shell",
     DeclareShell},
    {kAsk, "state", "print carts, inventories and guilds, and check their snapshot",
     "gamevents state show\n"
     "gamevents state show inventory --where 'kind = sword and quantity >= 2'\n"
     "gamevents state verify",
     DeclareState},
    {kRun, "broker", "run the embedded broker on its own, for any Kafka client",
     "gamevents broker\n"
     "gamevents broker --listen 127.0.0.1:0 --print-address\n"
     "gamevents broker --data-dir /var/lib/gamevents",
     DeclareBroker, /*loads_config=*/true, /*is_service=*/true},
    {kRun, "backup", "copy the embedded log and the state to a folder, while they are written",
     "gamevents backup /mnt/backup/gamevents\n"
     "gamevents backup --data-dir /var/lib/gamevents /mnt/backup/gamevents --format json",
     DeclareBackup},
    {kRun, "restore", "put a backup into an empty data directory, or verify it",
     "gamevents restore /mnt/backup/gamevents\n"
     "gamevents restore /mnt/backup/gamevents --check\n"
     "gamevents restore /mnt/backup/gamevents --data-dir ./trial",
     DeclareRestore},
    {kRun, "keys", "add, list and remove the API keys of serve",
     "gamevents keys add mobile-game --scope write --rate 200/s\n"
     "gamevents keys add web-game --scope write --origin https://game.example\n"
     "gamevents keys add analyst --scope read > analyst.key\n"
     "gamevents keys list\n"
     "gamevents keys remove mobile-game",
     DeclareKeys},
    {kRun, "users", "add, list and remove the users of the embedded broker",
     "gamevents users add etl --role read > etl.password\n"
     "gamevents users add game-server --role write:game- --role read:game-\n"
     "gamevents users add ann --role admin --password-file ann.password --replace\n"
     "gamevents users list\n"
     "gamevents users remove etl",
     DeclareUsers},
    {kRun, "contracts", "check, draft and use the contracts that events must keep",
     "gamevents contracts check contracts\n"
     "gamevents contracts check contracts --against released/contracts\n"
     "gamevents contracts infer contracts --topic game\n"
     "gamevents contracts client typescript contracts > events.ts",
     DeclareContracts},
    {kRun, "config", "check the configuration and show what is set",
     "gamevents config check\n"
     "gamevents config show --changed\n"
     "gamevents config show serve.port --output json\n"
     "gamevents config schema > gamevents.schema.json",
     DeclareConfig, /*loads_config=*/false},
    {kRun, "doctor", "look at the configuration, disks, ports and brokers, and say what to do",
     "gamevents doctor\n"
     "gamevents doctor --format json\n"
     "gamevents -c /etc/gamevents/gamevents.yaml doctor",
     DeclareDoctor, /*loads_config=*/false},
});

}  // namespace

int main(int argc, char** argv) { return static_cast<int>(RunProgram(kCommands, argc, argv)); }
