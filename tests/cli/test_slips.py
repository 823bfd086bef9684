"""Goal: a slip is answered with what it is, and with what there is or was probably meant.

Method: two tables, of command lines and of requests, each row with one slip: a flag, a value, a
topic, a group, a partition, a file, an item, a type, a guild, a route, an argument. A row says what
the answer must name. Every command and every route has a row.
"""

import json
import re
import shlex

import pytest
from support import processes, program

ANY_PORT = ("--set", "embedded.listen=127.0.0.1:0")

USAGE, FAILED = 2, 1

# (command line, exit code, what stderr names)
COMMAND_SLIPS = [
    # A command.
    ("consum", USAGE, ["'consum'", "did you mean consume?"]),
    ("shwo", USAGE, ["'shwo'", "see gamevents --help"]),
    ("state shwo", USAGE, ["'shwo'", "did you mean show?", "see gamevents state --help"]),
    ("keys ad", USAGE, ["'ad'", "did you mean add?", "see gamevents keys --help"]),
    ("contracts chek", USAGE, ["'chek'", "did you mean check?", "see gamevents contracts --help"]),
    ("users ad", USAGE, ["'ad'", "did you mean add?", "see gamevents users --help"]),
    ("config chek", USAGE, ["'chek'", "did you mean check?", "see gamevents config --help"]),
    ("docter", USAGE, ["'docter'", "did you mean doctor?"]),
    ("forward skpi", USAGE, ["'skpi'", "did you mean skip?"]),
    ("help reprot", USAGE, ["'reprot'", "did you mean report?"]),
    ("completion", USAGE, ["bash, zsh or fish"]),
    ("completion tcsh", USAGE, ["tcsh", "see gamevents completion --help"]),
    ("help --manual /nonexistent", FAILED, ["/nonexistent"]),
    ("help --markdown --manual x", USAGE, ["--manual excludes --markdown"]),
    ("help state shwo", USAGE, ["'shwo'", "did you mean show?"]),
    # A flag.
    ("--colour never config show", USAGE, ["--colour", "did you mean --color?"]),
    ("create-topic --partitons 3", USAGE, ["--partitons", "did you mean --partitions?"]),
    ("produce-test --cuont 3", USAGE, ["--cuont", "did you mean --count?"]),
    ("produce --kye a", USAGE, ["--kye", "did you mean --key?"]),
    ("consume --from-begining", USAGE, ["--from-begining", "did you mean --from-beginning?"]),
    ("serve --prot 1", USAGE, ["--prot", "did you mean --port?"]),
    ("generate --seeed 1", USAGE, ["--seeed", "did you mean --seed?"]),
    ("forward --onec", USAGE, ["--onec", "did you mean --once?"]),
    ("forward skip --partiton 0", USAGE, ["--partiton", "did you mean --partition?"]),
    ("report --gruop-by a", USAGE, ["--gruop-by", "did you mean --group-by?"]),
    ("state show --limt 1", USAGE, ["--limt", "did you mean --limit?"]),
    ("shell --topci a", USAGE, ["--topci", "did you mean --topic?"]),
    ("report --select a --exclude b", USAGE, ["--exclude", "--select '*'"]),
    ("report --select '*' --exclude a.b", USAGE, ["--exclude", "a.b", "within a field"]),
    ("report --group-by a --profile", USAGE, ["--profile", "--schema"]),
    ("state verify --topci a", USAGE, ["--topci", "did you mean --topic?"]),
    ("state rebuild --wrong", USAGE, ["--wrong", "see gamevents state rebuild --help"]),
    ("backup --formt json", USAGE, ["--formt", "did you mean --format?"]),
    ("backup", USAGE, ["where to?"]),
    ("backup a b", USAGE, ["b", "see gamevents backup --help"]),
    ("restore --chek a", USAGE, ["--chek", "did you mean --check?"]),
    ("restore", USAGE, ["which backup?"]),
    ("restore nowhere", FAILED, ["nowhere/manifest.json", "not finished"]),
    ("doctor --formt json", USAGE, ["--formt", "did you mean --format?"]),
    ("doctor --format xml", USAGE, ["--format", "xml", "table", "json"]),
    ("broker --lissten a", USAGE, ["--lissten", "did you mean --listen?"]),
    ("keys add a --scoep all", USAGE, ["--scoep", "did you mean --scope?"]),
    ("keys list --formt json", USAGE, ["--formt", "did you mean --format?"]),
    ("keys remove --fiel a", USAGE, ["--fiel", "did you mean --file?"]),
    ("users add a --roel read", USAGE, ["--roel", "did you mean --role?"]),
    ("contracts check --agianst a", USAGE, ["--agianst", "did you mean --against?"]),
    ("contracts check a --readers", USAGE, ["--readers", "--against"]),
    ("contracts infer --topci a", USAGE, ["--topci", "did you mean --topic?"]),
    ("contracts infer", USAGE, ["FOLDER", "serve.contracts"]),
    ("contracts client pascal a", USAGE, ["LANGUAGE", "pascal", "csharp,gdscript,typescript"]),
    ("contracts client csharp", USAGE, ["FOLDER", "serve.contracts"]),
    ("contracts client csharp nowhere", FAILED, ["nowhere", "No such file"]),
    ("contracts infer a --topic gaem", FAILED, ["topic gaem", "did you mean game?"]),
    ("contracts check", USAGE, ["FOLDER", "serve.contracts"]),
    ("contracts check a b", USAGE, ["b", "see gamevents contracts check --help"]),
    ("contracts check nowhere", FAILED, ["nowhere", "No such file"]),
    ("users list --formt json", USAGE, ["--formt", "did you mean --format?"]),
    ("users remove --fiel a", USAGE, ["--fiel", "did you mean --file?"]),
    ("config show --ouput json", USAGE, ["--ouput", "did you mean --output?"]),
    # A flag that belongs elsewhere.
    ("report --view revenue --steps a", USAGE, ["--steps", "--view funnel"]),
    ("consume --group g --verify ledger", USAGE, ["--group", "--verify"]),
    ("produce --keep-partition", USAGE, ["--keep-partition", "--json"]),
    # Something that nothing asked for.
    ("create-topic game --config retention.ms", USAGE, ["'retention.ms' is not KEY=VALUE"]),
    ("topics game extra", USAGE, ["extra", "see gamevents topics --help"]),
    ("topics delete", USAGE, ["which topic?"]),
    ("topics alter game", USAGE, ["which setting?"]),
    ("groups reset etl", USAGE, ["--to beginning"]),
    ("create-topic game extra", USAGE, ["extra", "see gamevents create-topic --help"]),
    ("produce-test extra", USAGE, ["extra", "see gamevents produce-test --help"]),
    ("produce extra", USAGE, ["extra", "see gamevents produce --help"]),
    ("serve extra", USAGE, ["extra", "see gamevents serve --help"]),
    ("generate extra", USAGE, ["extra", "see gamevents generate --help"]),
    ("forward skip extra", USAGE, ["extra", "see gamevents forward skip --help"]),
    ("broker extra", USAGE, ["extra", "see gamevents broker --help"]),
    ("keys list extra", USAGE, ["extra", "see gamevents keys list --help"]),
    ("users list extra", USAGE, ["extra", "see gamevents users list --help"]),
    ("config errors extra", USAGE, ["extra", "see gamevents config errors --help"]),
    ("config schema extra", USAGE, ["extra", "see gamevents config schema --help"]),
    # A value out of several.
    ("--color purple config show", USAGE, ["--color", "'purple'", "auto, always, never"]),
    ("produce-test --acks 2", USAGE, ["--acks", "2", "1", "-1"]),
    ("consume --output %q", USAGE, ["--output", '"%q"', "%k key"]),
    ("consume --verify ledger --format xml", USAGE, ["xml", "text", "json"]),
    ("generate --to topik", USAGE, ["--to", "topik", "serve", "topic"]),
    ("generate --items skewd", USAGE, ["--items", "skewd", "skewed", "uniform", "price"]),
    ("generate --routes clasic", USAGE, ["--routes", "clasic", "classic", "events"]),
    ("generate --format xml", USAGE, ["--format", "xml", "text", "json"]),
    ("report --view funel", USAGE, ["--view", "funel", "funnel", "retention"]),
    ("report --format tabel", USAGE, ["--format", "tabel", "table", "ndjson"]),
    ("report --source kafak", USAGE, ["--source", "kafak", "kafka", "segments"]),
    ("report --engine sprak", USAGE, ["--engine", "sprak", "local", "spark"]),
    ("report --agg smu(price)", USAGE, ["--agg", "'smu(price)'", "sum(FIELD)"]),
    ("state show cart", USAGE, ["'cart'", "inventory, carts, guilds"]),
    ("state show --format xml", USAGE, ["--format", "xml", "table", "csv"]),
    ("state show carts --csv-safe", USAGE, ["--csv-safe", "--format csv"]),
    ("keys add a --scope wirte", USAGE, ["--scope", "'wirte'", "write, read, all"]),
    ("keys list --format xml", USAGE, ["--format", "xml", "table", "json"]),
    ("users add a --role raed", USAGE, ["--role", "'raed'", "read, write or admin"]),
    ("users list --format xml", USAGE, ["--format", "xml", "table", "json"]),
    ("config show --output xml", USAGE, ["--output", "'xml'", "columns, yaml, json"]),
    # A value of a kind.
    ("create-topic --partitions many", USAGE, ["--partitions", "'many'", "whole number"]),
    ("create-topic no/name", USAGE, ["'no/name'", "letters, digits"]),
    ("produce-test --count many", USAGE, ["--count", "'many'", "from 1 to"]),
    ("produce --partition many", USAGE, ["--partition", "'many'", "from 0 to"]),
    ("produce --header =a", USAGE, ["--header", "a header needs a name"]),
    (r"produce -K '\q'", USAGE, ["--key-delimiter", r'"\q"', r"\xNN"]),
    ("consume -o yesterday", USAGE, ["--offset", '"yesterday"', "@TIME"]),
    ("consume -n many", USAGE, ["--max-messages", "'many'", "from 1 to"]),
    ("consume --where 'a = 1 && b = 2'", USAGE, ["--where", "column 7", "write 'and'"]),
    ("consume --where '!a = 1'", USAGE, ["--where", "column 1", "write 'not'"]),
    ("consume --strict", USAGE, ["--strict", "--where"]),
    ("serve --port many", USAGE, ["--port", "'many'", "whole number"]),
    ("serve --host nowhere.invalid", FAILED, ["nowhere.invalid"]),
    ("generate --rate fast", USAGE, ["--rate", "'fast'", "from 0.001"]),
    ("generate --duration 5parsecs", USAGE, ["--duration", "'5parsecs'", "10s, 5m"]),
    ("generate --span 1mo", USAGE, ["--span", "'1mo'", "7d"]),
    ("generate --span 36h", USAGE, ["--span", "36h", "whole days"]),
    ("generate --span 20y --start 1d", USAGE, ["--span", "'20y'"]),
    ("generate --span 7d --start someday", USAGE, ["--start", "'someday'", "2026-"]),
    ("generate --start 7d", USAGE, ["--start", "--span"]),
    ("generate --experiment", USAGE, ["--experiment", "--span"]),
    ("generate --span 7d --routes classic", USAGE, ["--span", "--routes events"]),
    ("generate --seed x", USAGE, ["--seed", "'x'", "whole number"]),
    ("generate --url nowhere", USAGE, ["--url", "'nowhere'", "http://HOST:PORT"]),
    ("forward --once", USAGE, ["--to", "forward.brokers"]),
    ("forward --to embedded", USAGE, ["--to", "cannot be copied to itself"]),
    ("forward --to nowhere", USAGE, ["--to", "'nowhere'", "HOST:PORT"]),
    ("forward --from nowhere --to a:1", USAGE, ["--from", "'nowhere'", "HOST:PORT"]),
    ("forward --rate fast --to a:1", USAGE, ["--rate", "'fast'"]),
    ("forward skip", USAGE, ["--to OFFSET"]),
    ("forward skip --to x", USAGE, ["--to", "'x'", "whole number"]),
    ("report --bucket 1parsec", USAGE, ["--bucket", "'1parsec'"]),
    ("report --limit x", USAGE, ["--limit", "'x'", "whole number"]),
    ("report --from yesterday", USAGE, ["--from", "yesterday", "@TIME"]),
    ("report --sql 'SELCT 1'", USAGE, ["SQL", "column 1", '"SELCT"']),
    ("state show --limit x", USAGE, ["--limit", "'x'", "whole number"]),
    ("state show inventory --where 'user ='", USAGE, ["--where", "column 7", "a value"]),
    ("keys add a --scope all --rate 10", USAGE, ["--rate", "'10'", "10/s"]),
    ("keys add a --scope all --origin game", USAGE, ["--origin", "'game'", "https://"]),
    ("keys add a --scope all", USAGE, ["serve.api_keys_file", "--file"]),
    ("users add a --role read:", USAGE, ["--role", "'read:'", "leave out the colon"]),
    ("broker --listen nowhere", USAGE, ["--listen", "'nowhere'", "HOST:PORT"]),
    # A key of the configuration.
    ("--set serve.prot=1 config show", USAGE, ["serve.prot", "did you mean serve.port?"]),
    ("--set serve.port=many config check", USAGE, ["serve.port", "'many'"]),
    ("--set kafka.brokers=nowhere report", USAGE, ["kafka.brokers", "'nowhere'", "HOST:PORT"]),
    # A topic. `gaem` is not there; eventsForm and game are.
    ("consume --topic gaem", FAILED, ["topic gaem", "eventsForm, game", "did you mean game?"]),
    ("consume --topic gaem --group readers", FAILED, ["topic gaem", "did you mean game?"]),
    ("forward skip --to 0 --topic gaem", FAILED, ["topic gaem", "did you mean game?"]),
    ("report --topic gaem", FAILED, ["topic gaem", "eventsForm, game", "did you mean game?"]),
    ("report --topic gaem --sql 'SELECT 1'", FAILED, ["topic gaem", "did you mean game?"]),
    ("report --topic gaem --view carts", FAILED, ["topic gaem", "did you mean game?"]),
    ("state show --topic gaem", FAILED, ["topic gaem", "eventsForm, game", "did you mean game?"]),
    ("state show carts --topic gaem", FAILED, ["topic gaem", "did you mean game?"]),
    ("state verify --topic gaem", FAILED, ["topic gaem", "did you mean game?"]),
    ("state rebuild --topic gaem", FAILED, ["topic gaem", "did you mean game?"]),
    ("create-topic many --replication-factor 9", FAILED,
     ["create topic many: invalid replication factor (replication factor 9 is not possible"]),
    ("create-topic game", FAILED, ["topic game", "--if-not-exists"]),
    # A field or a value that no event has.
    ("consume --from-beginning --where 'event_tpye = a'", 0,
     ["none of the 1 events", "event_tpye", "did you mean event_type?"]),
    ("consume --from-beginning --strict --where 'event_type = defualt'", FAILED,
     ["none of the 1 events", "event_type defualt", "did you mean default?"]),
    # What a topic does not have.
    ("forward skip --to 99", FAILED, ["eventsForm [0]", "offset 99", "it ends at 1"]),
    ("consume --partition 7 --from-beginning", FAILED, ["eventsForm", "no partition 7", "0 to 0"]),
    ("consume -o 99:", FAILED, ["eventsForm [0]", "no offset 99", "0 to 1"]),
    ("report -o 99:", FAILED, ["eventsForm [0]", "no offset 99", "0 to 1"]),
    ("report --sql 'SELECT event_tpye FROM events'", FAILED,
     ["column 8", "event_tpye", "did you mean event_type?"]),
    ("report --sql 'SELECT 1 FROM evnts'", FAILED, ["evnts", "did you mean events?"]),
    ("report --group-by event_type --order-by cuont", USAGE, ["cuont", "event_type, count"]),
    ("report --group-by event_type --order-by count:dsc", USAGE, ["'dsc'", "asc or desc"]),
    ("produce --partition 7", FAILED, ["eventsForm", "no partition 7"]),
    ("produce --json", FAILED, ["line 1", "not JSON"]),
    # A name that no event has, in a condition.
    ("consume --from-beginning --where event_tpye=a", 0,
     ["1 events", "field event_tpye", "did you mean event_type?"]),
    ("consume --from-beginning --where event_type=defualt", 0,
     ["event_type defualt", "did you mean default?"]),
    ("consume --from-beginning --strict --where 'kind = 1'", FAILED, ["the field kind"]),
    ("report --group-by event_type --where event_tpye=a", 0, ["did you mean event_type?"]),
    # A condition in another language.
    ("consume --where 'kind contains a'", USAGE, ["column 6", "write: kind ~ "]),
    ("report --where '!exists(kind)'", USAGE, ["column 1", "write 'not'"]),
    ("state show inventory --where 'quantity => 2'", USAGE, ["column 10", "write >="]),
    # A group.
    ("consume --group nobody --from-beginning", 0, ["group nobody", "no offsets", "eventsForm"]),
    # A file.
    ("--config nowhere.yaml config check", USAGE, ["--config", "nowhere.yaml", "No such file"]),
    ("consume --verify nowhere", FAILED, ["--verify", "nowhere", "No such file"]),
    ("generate --to topic --count 1 --ledger no/where", FAILED,
     ["--ledger", "no/where", "No such file"]),
    ("--set catalogue.file=nowhere generate --to topic --count 1", FAILED,
     ["catalogue", "nowhere", "No such file"]),
    ("--set catalogue.file=nowhere serve", FAILED, ["catalogue", "nowhere", "No such file"]),
    ("--set catalogue.file=nowhere config check", USAGE, ["catalogue", "nowhere", "No such file"]),
    ("--set serve.contracts=nowhere serve", FAILED, ["serve.contracts", "nowhere"]),
    ("--set serve.contracts_mode=enforec serve", USAGE,
     ["serve.contracts_mode", "'enforec'", "off, warn, enforce"]),
    ("--set serve.api_keys_file=nowhere serve", FAILED,
     ["serve.api_keys_file", "nowhere", "No such file"]),
    ("--set serve.access_log=text --set serve.access_log_file=no/where serve", FAILED,
     ["serve.access_log_file", "no/where", "No such file"]),
    ("keys list --file nowhere", FAILED, ["nowhere", "No such file"]),
    ("keys remove a --file nowhere", FAILED, ["nowhere", "there is no key called a"]),
    ("users remove a --file nowhere", FAILED, ["nowhere", "there is no user called a"]),
    ("users add a --role read --password-file nowhere", USAGE,
     ["--password-file", "nowhere", "No such file"]),
    ("generate --api-key-file nowhere", USAGE, ["--api-key-file", "nowhere", "No such file"]),
    ("broker --data-dir file", FAILED, ["embedded.data_dir", "file", "Not a directory"]),
    # Settings that do not fit together.
    ("--set forward.brokers=k:9092 --set kafka.brokers=127.0.0.1:1 serve --port 0", USAGE,
     ["forward.brokers", "kafka.brokers is 127.0.0.1:1", "leave forward.brokers out"]),
    ("--set forward.brokers=k:9092 --set embedded.fsync=1s serve --port 0", USAGE,
     ["forward.brokers", "embedded.fsync is 1s", "set embedded.fsync to always"]),
    ("--set forward.brokers=k:9092 --set forward.topics=__consumer_offsets broker", USAGE,
     ["forward.topics", "__consumer_offsets", "the broker's own"]),
    ("--set forward.brokers=k:9092 --set forward.properties.no.such=1 serve --port 0", USAGE,
     ["forward.properties", "no.such"]),
    # A server that is not there.
    ("generate --url http://127.0.0.1:1 --count 1 --retry 0", FAILED,
     ["127.0.0.1:1", "is gamevents serve running there?", "--url"]),
]

JSON_CALL = {"Content-Type": "application/json"}

# (request, body, status, what the answer names)
REQUEST_SLIPS = [
    # A route.
    ("GET /evnets", "", 404, ["did you mean POST /events?", "GET          /carts"]),
    ("GET /purchase_sword/divya", "", 404, ["did you mean GET, POST /purchase_a_sword/"]),
    ("GET /join_a_guild/divya", "", 404,
     ["did you mean GET, POST /join_a_guild/<username>/<guildname>?"]),
    # A method.
    ("DELETE /", "", 405, ["/ takes GET, HEAD, POST, OPTIONS, not DELETE"]),
    ("GET /events", "", 405, ["/events takes POST, OPTIONS, not GET"]),
    ("GET /cart/divya/checkout", "", 405, ["takes POST, OPTIONS, not GET"]),
    ("POST /inventory", "", 405, ["/inventory takes GET, HEAD, OPTIONS, not POST"]),
    ("POST /catalogue", "", 405, ["/catalogue takes GET, HEAD, OPTIONS, not POST"]),
    ("PUT /purchase_a_sword/divya", "", 405, ["/purchase_a_sword/<username>", "not PUT"]),
    ("PUT /join_a_guild/divya/masadons", "", 405, ["/join_a_guild/", "not PUT"]),
    ("POST /healthz", "", 405, ["/healthz takes GET", "not POST"]),
    ("POST /readyz", "", 405, ["/readyz takes GET", "not POST"]),
    ("POST /metrics", "", 405, ["/metrics takes GET", "not POST"]),
    ("POST /openapi.json", "", 405, ["/openapi.json takes GET", "not POST"]),
    ("POST /gamevents.js", "", 405, ["/gamevents.js takes GET", "not POST"]),
    ("POST /dashboard", "", 405, ["/dashboard takes GET", "not POST"]),
    ("POST /dashboard/stream", "", 405, ["/dashboard/stream takes GET", "not POST"]),
    # An argument that is not known: the answer lists those that are.
    ("GET /catalogue?kind=sword", "", 400, ["'kind'", "there are none"]),
    ("GET /purchase/sword/divya?tpye=katana", "", 400, ["'tpye'", "type, quantity"]),
    ("POST /purchase/sword", '{"usr":"anna"}', 400, ["the body", "'usr'", "user, type, quantity"]),
    ("GET /cart/divya?itm=sword", "", 400, ["'itm'", "there are none"]),
    ("DELETE /cart/divya?itm=sword", "", 400, ["'itm'", "there are none"]),
    ("PUT /cart/divya/items/sword?quantiy=2", "", 400, ["'quantiy'", "type, quantity"]),
    ("DELETE /cart/divya/items/sword?quantiy=2", "", 400, ["'quantiy'", "type, quantity"]),
    ("POST /cart/divya/checkout?itm=sword", "", 400, ["'itm'", "there are none"]),
    ("GET /inventory/divya?itm=sword", "", 400, ["'itm'", "there are none"]),
    ("POST /inventory/divya/use/sword?quantiy=2", "", 400, ["'quantiy'", "type, quantity"]),
    ("GET /inventory?itm=sword", "", 400, ["'itm'", "item, kind, min, where, limit, after"]),
    ("GET /inventory?min_age=2h", "", 400, ["'min_age'", "item, kind, min, where, limit, after"]),
    ("GET /carts?mni_age=2h", "", 400, ["'mni_age'", "after, min_age"]),
    ("GET /leave_a_guild/divya?guild=masadons", "", 400, ["'guild'", "there are none"]),
    ("POST /leave_a_guild/divya/masadons?x=1", "", 400, ["'x'", "there are none"]),
    ("GET /guilds/masadons?limt=1", "", 400, ["'limt'", "after, limit"]),
    ("GET /inventory?item=sword&item=shield", "", 400, ["item is given twice"]),
    ("POST /events?topic=game", '{"event_type":"a"}', 400, ["'topic'", "key"]),
    ("GET /dashboard?sinse=1h", "", 400, ["'sinse'", "since, until, where, tz, time, compare",
                                          "did you mean since?"]),
    ("GET /dashboard?since=soon", "", 400, ["since", "'soon'", "write 2h"]),
    ("GET /dashboard?until=-1h", "", 400, ["until", "'-1h'"]),
    ("GET /dashboard?since=1h&until=2h", "", 400, ["until", "before it begins"]),
    ("GET /dashboard?where=kind%20==%20sword", "", 400, ["where", "one '='"]),
    ("GET /dashboard?tz=Europe/Berlim", "", 400, ["tz", "did you mean Europe/Berlin?"]),
    ("GET /dashboard?time=evnt", "", 400, ["time", "record, event", "did you mean event?"]),
    ("GET /dashboard?since=1h&compare=previos", "", 400, ["compare", "did you mean previous?"]),
    ("GET /dashboard?compare=previous", "", 400, ["compare", "since=1h"]),
    ("GET /dashboard/stream?since=1h", "", 400, ["'since'", "there are none"]),
    # A value.
    ("GET /purchase/sword/divya?quantity=many", "", 400, ["quantity", "'many'", "1 to 20"]),
    ("GET /purchase/sword/divya?quantity=21", "", 400, ["quantity", "'21'", "1 to 20"]),
    ("PUT /cart/divya/items/sword?quantity=0", "", 400, ["quantity", "'0'", "1 to 20"]),
    ("GET /inventory?min=many", "", 400, ["min", "'many'", "whole number"]),
    ("GET /inventory?limit=1001", "", 400, ["limit", "'1001'", "1 to 1000"]),
    ("GET /guilds/masadons?limit=0", "", 400, ["limit", "'0'", "1 to 1000"]),
    ("GET /carts?min_age=2x", "", 400, ["min_age", "'2x'", "10s, 5m"]),
    ("GET /carts?where=total%20%3D", "", 400, ["where", "column 8", "a value"]),
    ("POST /purchase/sword", '{"type":"katana"}', 400, ["user", "1 to 1024 bytes"]),
    ("POST /purchase/sword", '{"user":"anna"', 400, ["the body", "not valid JSON"]),
    ("GET /inventory?where=quantity%20ge%202", "", 400, ["write: quantity >= 2"]),
    # An item, a type, a kind.
    ("GET /purchase/sheild/divya", "", 404, ["'sheild'", "did you mean shield?", "amulet"]),
    ("GET /purchase/SHIELD/divya", "", 404, ["'SHIELD'", "did you mean shield?"]),
    ("POST /purchase/sheild", '{"user":"anna"}', 404, ["'sheild'", "did you mean shield?"]),
    ("PUT /cart/divya/items/sheild", "", 404, ["'sheild'", "did you mean shield?"]),
    ("DELETE /cart/divya/items/sheild", "", 409, ["sheild: not in the cart"]),
    ("POST /inventory/divya/use/sheild", "", 409, ["sheild: not in the inventory"]),
    ("GET /inventory?item=sheild", "", 200, ["'sheild'", "did you mean shield?"]),
    ("GET /carts?kind=swrod", "", 200, ["'swrod'", "did you mean sword?"]),
    ("GET /purchase/sword/divya?type=katanna", "", 400, ["'katanna'", "katana, broadsword"]),
    ("PUT /cart/divya/items/rope?type=long", "", 400, ["'long'", "rope comes in no types"]),
    # A guild.
    ("GET /guilds/masadon", "", 200, ["'masadon'", "did you mean masadons?"]),
    ("GET /leave_a_guild/divya/masadon", "", 409, ["not in that guild"]),
    # An event.
    ("POST /events", '{"event_tpye":"a"}', 400, ["no event_type"]),
    ("POST /events", '{"event_type":"join_a_guild","user":"a"}', 400, ["joined_guild", "a text"]),
    ("POST /events", '{"event_type":"add_to_cart","user":"a"}', 400, ["item", "a text"]),
    ("POST /events", '[{"event_type":"a"},7]', 200, ['"index":1', "not a JSON object"]),
    ("POST /events", '{"event_type":"a"', 400, ["not valid JSON"]),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data directory in which eventsForm and game are."""
    folder = tmp_path_factory.mktemp("slips")
    (folder / "file").write_text("no folder\n")
    for topic in ("eventsForm", "game"):
        program.run(["create-topic", topic], home=folder, brokers="embedded")
    program.run(["produce"], home=folder, brokers="embedded", input=b'{"event_type":"default"}\n')
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """`serve` with a guild of one member."""
    server = program.Server(ANY_PORT, home=tmp_path_factory.mktemp("serve"), brokers="embedded")
    processes.wait_until(lambda: "ready: " in server.stderr, 20, "ready")
    assert server.request("/join_a_guild/divya/masadons").status == 200
    processes.wait_until(
        lambda: json.loads(server.request("/guilds/masadons").text)["count"] == 1, 20, "the fold")
    yield server
    assert server.stop() == 0


def named_in(text: str, names: list[str]) -> None:
    assert [name for name in names if name not in text] == [], text


@pytest.mark.parametrize("line, code, names", COMMAND_SLIPS, ids=[row[0] for row in COMMAND_SLIPS])
def test_a_command_names_the_slip(home, line, code, names):
    done = program.run([*ANY_PORT, *shlex.split(line)], home=home, brokers="embedded",
                       input=b"no JSON\n", check=False)
    assert done.returncode == code, done.stderr
    assert code == 0 or "--strict" in line or done.stdout == b""
    named_in(done.stderr.decode(), names)


@pytest.mark.parametrize("request_line, body, status, names", REQUEST_SLIPS,
                         ids=[f"{row[0]} {row[1]}".strip() for row in REQUEST_SLIPS])
def test_an_answer_names_the_slip(server, request_line, body, status, names):
    method, path = request_line.split()
    answer = server.request(path, method, body=body.encode() or None,
                            headers=JSON_CALL if body else {})
    assert answer.status == status, answer.text
    if answer.headers.get_content_type() == "application/json":
        json.loads(answer.text)
    named_in(answer.text, names)


def test_every_command_has_a_slip(home):
    overview = program.run(["--help"], home=home).stdout.decode().split("\nExamples:")[0]
    commands = re.findall(r"^  ([a-z][a-z-]*) {2,}", overview, re.MULTILINE)
    tried = {word for line, *_ in COMMAND_SLIPS for word in shlex.split(line)}
    assert "serve" in commands
    assert [command for command in commands if command not in tried] == []


def test_every_route_has_a_slip(server):
    routes = json.loads(server.request("/openapi.json").text)["paths"]
    tried = [row[0].split()[1].split("?")[0] for row in REQUEST_SLIPS]
    patterns = {route: re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(route)) for route in routes}
    assert "/inventory" in routes
    assert [route for route, pattern in patterns.items()
            if not any(re.fullmatch(pattern, path) for path in tried)] == []
