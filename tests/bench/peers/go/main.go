// A Go server that makes the same promise as `gamevents serve`: GET /purchase_a_sword/{user} stores
// one event in Kafka and says so only when all in-sync replicas have it. tests/bench/peers.py
// builds, runs and measures it.
//
// Usage: peer BROKERS TOPIC PORT
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"
)

const deliveryTimeout = 10 * time.Second

// newProducer is the client as its users set it up where latency counts: no linger. It does not
// compress, as ours does not.
func newProducer(brokers, topic string) (*kgo.Client, error) {
	return kgo.NewClient(
		kgo.SeedBrokers(strings.Split(brokers, ",")...),
		kgo.DefaultProduceTopic(topic),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerLinger(0),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.RecordDeliveryTimeout(deliveryTimeout))
}

// purchaseEvent is the event's JSON: its own fields and the request's headers.
func purchaseEvent(request *http.Request, user string) ([]byte, error) {
	remote, _, err := net.SplitHostPort(request.RemoteAddr)
	if err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	event := map[string]string{"Host": request.Host}
	for name, values := range request.Header {
		event[name] = strings.Join(values, ", ")
	}
	event["event_type"] = "purchase_sword"
	event["remote ip"] = remote
	event["purchase_user"] = user
	event["event_id"] = id.String()
	event["received_at"] = time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	return json.Marshal(event)
}

// purchase answers when the event is acknowledged, or 503 when it is not.
func purchase(producer *kgo.Client) http.HandlerFunc {
	return func(answer http.ResponseWriter, request *http.Request) {
		user := request.PathValue("user")
		event, err := purchaseEvent(request, user)
		if err == nil {
			record := &kgo.Record{Key: []byte(user), Value: event}
			err = producer.ProduceSync(request.Context(), record).FirstErr()
		}
		if err != nil {
			http.Error(answer, "The event was not stored.", http.StatusServiceUnavailable)
			return
		}
		answer.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintf(answer, "Hello %s!! You purchased a Sword successfully!\n", user)
	}
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: peer BROKERS TOPIC PORT")
	}
	producer, err := newProducer(os.Args[1], os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	uuid.EnableRandPool()
	http.HandleFunc("GET /purchase_a_sword/{user}", purchase(producer))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[3], nil))
}
