// Answers every message, once, by way of the daemon's socket: bot.js PROTO-DIRECTORY SOCKET.
'use strict';
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, socket] = process.argv.slice(2);
const definition = loader.loadSync('parley/control/v1/control.proto', {
  includeDirs: [protos],
  longs: String, // Positions have 64 bits, and JavaScript's numbers 53.
  defaults: true,
});
const { Messages } = grpc.loadPackageDefinition(definition).parley.control.v1;
const messages = new Messages('unix:' + socket, grpc.credentials.createInsecure(), {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
});

const FIRST_PAUSE = 100;
const LAST_PAUSE = 2000;
let pause = FIRST_PAUSE;

async function main() {
  for (;;) {
    try {
      await answerAll();
    } catch (error) { // The daemon is away, or refuses for now.
      console.error(`${error.message}; again in ${pause} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(2 * pause, LAST_PAUSE);
  }
}

async function answerAll() {
  const inbox = messages.Receive();
  inbox.on('error', () => {}); // The loop below throws it.
  inbox.write({ subscribe: { consumer: 'bot' } });
  try {
    for await (const question of inbox) {
      pause = FIRST_PAUSE;
      if (question.gap) {
        console.error(`${question.gap.count} messages are gone, unanswered`);
      } else if (question.position === '0') {
        continue; // Only says that nothing else is waiting.
      } else {
        await answer(question);
      }
      // The answer is on disk: only now. Killed before, the bot gets the question again.
      inbox.write({ acknowledge: question.position });
    }
  } finally {
    inbox.cancel();
  }
}

function answer(question) {
  return new Promise((resolve, reject) => {
    const states = messages.Send({
      peer: question.peerId,
      body: Buffer.from('you said: ' + question.body.toString().slice(0, 1000)),
      // Made of the question alone: however often this runs, it is one send, which is done once.
      clientId: `answer:${question.peerId}:${question.messageId}`,
    });
    states.on('data', resolve); // The first report, "queued": it is on disk.
    states.on('error', (error) => {
      // Exists: an earlier version of this bot has answered already, in other words.
      if (error.code === grpc.status.ALREADY_EXISTS) resolve();
      else reject(error);
    });
  });
}

main();
