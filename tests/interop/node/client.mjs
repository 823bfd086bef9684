// A client of the broker for test_broker_node.py: `node client.mjs BROKER COMMAND TOPIC …` prints
// one JSON object: what it did, or the messages of its error.
import {Consumer, Producer, stringDeserializers, stringSerializers} from '@platformatic/kafka'

const [broker, command, topic, ...rest] = process.argv.slice(2)
const common = {clientId: 'node', bootstrapBrokers: [broker], retries: 0}
// A Kafka that has just been started makes its topic of offsets first.
const patient = {...common, retries: 20, retryDelay: 250}

async function produce() {
  const producer = new Producer({...patient, idempotent: true, serializers: stringSerializers})
  const sent = await producer.send({
    acks: -1, messages: rest.map((value) => ({topic, key: value, value}))})
  await producer.close()
  return {offsets: sent.offsets.map(({partition, offset}) => [partition, Number(offset)])}
}

// Reads `count` values in a group of the name; the next reader of the group goes on behind them.
async function consume([groupId, count, groupProtocol = 'classic']) {
  const options = groupProtocol === 'classic' ? patient : common
  const consumer = new Consumer({...options, groupId, groupProtocol, autocommit: false,
                                 deserializers: stringDeserializers})
  const stream = await consumer.consume({topics: [topic], mode: 'committed',
                                         fallbackMode: 'earliest', maxWaitTime: 500})
  const values = []
  for await (const message of stream) {
    values.push(message.value)
    await message.commit()
    if (values.length === Number(count)) break
  }
  await consumer.close(true)
  return {values}
}

async function transact() {
  const producer = new Producer({...common, idempotent: true, transactionalId: 'transaction',
                                 serializers: stringSerializers})
  try {
    await producer.beginTransaction()
  } finally {
    await producer.close(true)
  }
  return {}
}

// What an error says, and those within it.
function messages(error) {
  return [error.message, error.apiId, ...(error.errors ?? []).flatMap(messages)].filter(Boolean)
}

let outcome
try {
  outcome = await {produce, consume, transact}[command](rest)
} catch (error) {
  outcome = {errors: messages(error)}
}
console.log(JSON.stringify(outcome))
process.exit(0)
