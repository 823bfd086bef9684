// A client of franz-go, which logs in by SCRAM over TLS. tests/interop/test_broker_go.py runs it.
//
// Usage: client BROKERS CA USER PASSWORD MECHANISM COMMAND TOPIC [ARGUMENT]...
//
//	produce TOPIC VALUE...     sends the values; prints the offset of each
//	consume TOPIC GROUP COUNT  reads in a group; prints the values
//	lag TOPIC GROUP            prints how far the group is behind, by partition
//	brokers TOPIC              prints the addresses of all brokers
//
// It prints one line of JSON. What the broker answers with an error is printed as {"error": …} with
// Kafka's name of it.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

const timeLimit = 30 * time.Second

// mechanisms are those that the broker has and that never send the password.
var mechanisms = map[string]func(scram.Auth) sasl.Mechanism{
	"SCRAM-SHA-256": func(auth scram.Auth) sasl.Mechanism { return auth.AsSha256Mechanism() },
	"SCRAM-SHA-512": func(auth scram.Auth) sasl.Mechanism { return auth.AsSha512Mechanism() },
}

// trusting is TLS that takes certificates of the authority in the file alone.
func trusting(file string) (*tls.Config, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s has no certificate", file)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

func produce(ctx context.Context, client *kgo.Client, values []string) (any, error) {
	records := make([]*kgo.Record, 0, len(values))
	for _, value := range values {
		records = append(records, kgo.StringRecord(value))
	}
	results := client.ProduceSync(ctx, records...)
	if err := results.FirstErr(); err != nil {
		return nil, err
	}
	offsets := make([]int64, 0, len(results))
	for _, result := range results {
		offsets = append(offsets, result.Record.Offset)
	}
	return map[string]any{"offsets": offsets}, nil
}

// consume commits what it has read.
func consume(ctx context.Context, client *kgo.Client, count int) (any, error) {
	values := []string{}
	for len(values) < count {
		fetches := client.PollRecords(ctx, count-len(values))
		if err := fetches.Err(); err != nil {
			return nil, err
		}
		fetches.EachRecord(func(record *kgo.Record) {
			values = append(values, string(record.Value))
		})
	}
	if err := client.CommitUncommittedOffsets(ctx); err != nil {
		return nil, err
	}
	return map[string]any{"values": values}, nil
}

// lag is of the partitions that the group has committed, as kadm counts it, with which exporters in
// Go do.
func lag(ctx context.Context, client *kgo.Client, topic, group string) (any, error) {
	lags, err := kadm.NewClient(client).Lag(ctx, group)
	if err != nil {
		return nil, err
	}
	if err := lags.Error(); err != nil {
		return nil, err
	}
	records := map[string]int64{}
	for partition, of := range lags[group].Lag[topic] {
		if of.Commit.At >= 0 {
			records[strconv.Itoa(int(partition))] = of.Lag
		}
	}
	return map[string]any{"lag": records}, nil
}

func brokers(ctx context.Context, client *kgo.Client) (any, error) {
	answer, err := kmsg.NewPtrMetadataRequest().RequestWith(ctx, client)
	if err != nil {
		return nil, err
	}
	addresses := []string{}
	for _, broker := range answer.Brokers {
		addresses = append(addresses, fmt.Sprintf("%s:%d", broker.Host, broker.Port))
	}
	return map[string]any{"brokers": addresses}, nil
}

// run is one command: its name, its topic, and its own arguments.
func run(ctx context.Context, options []kgo.Opt, command, topic string,
	args []string) (any, error) {
	options = append(options, kgo.DefaultProduceTopic(topic))
	if command == "consume" {
		options = append(options, kgo.ConsumerGroup(args[0]), kgo.ConsumeTopics(topic),
			kgo.DisableAutoCommit(), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	// Records wait while the client cannot log in; this says at once that it cannot.
	if err := client.Ping(ctx); err != nil {
		return nil, err
	}
	switch command {
	case "produce":
		return produce(ctx, client, args)
	case "consume":
		count, err := strconv.Atoi(args[1])
		if err != nil {
			return nil, err
		}
		return consume(ctx, client, count)
	case "lag":
		return lag(ctx, client, topic, args[0])
	case "brokers":
		return brokers(ctx, client)
	}
	return nil, fmt.Errorf("no command %s", command)
}

func main() {
	if len(os.Args) < 8 {
		log.Fatal("usage: client BROKERS CA USER PASSWORD MECHANISM COMMAND TOPIC [ARGUMENT]...")
	}
	trust, err := trusting(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	mechanism := mechanisms[os.Args[5]]
	if mechanism == nil {
		log.Fatalf("no mechanism %s", os.Args[5])
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit)
	defer cancel()
	answer, err := run(ctx, []kgo.Opt{
		kgo.SeedBrokers(strings.Split(os.Args[1], ",")...),
		kgo.DialTLSConfig(trust),
		kgo.SASL(mechanism(scram.Auth{User: os.Args[3], Pass: os.Args[4]})),
		kgo.RetryTimeout(timeLimit / 3),
	}, os.Args[6], os.Args[7], os.Args[8:])
	var refused *kerr.Error
	if errors.As(err, &refused) {
		answer, err = map[string]any{"error": refused.Message}, nil
	}
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		log.Fatal(err)
	}
}
