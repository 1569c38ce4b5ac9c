"""Answers every message, once, by way of the daemon's socket: bot.py SOCKET."""

import queue
import sys
import time

import grpc
from parley.control.v1 import control_pb2 as p
from parley.control.v1 import control_pb2_grpc as rpc

FIRST_PAUSE = 0.1
LAST_PAUSE = 2.0
RECONNECT = [
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
]


class Bot:
    def __init__(self, socket):
        self.messages = rpc.MessagesStub(grpc.insecure_channel("unix:" + socket, RECONNECT))
        self.pause = FIRST_PAUSE

    def run(self):
        while True:
            try:
                self.answer_all()
            except grpc.RpcError as error:  # The daemon is away, or refuses for now.
                print(f"{error.details()}; again in {self.pause} s", file=sys.stderr)
            time.sleep(self.pause)
            self.pause = min(2 * self.pause, LAST_PAUSE)

    def answer_all(self):
        requests = queue.SimpleQueue()
        requests.put(p.ReceiveRequest(subscribe=p.Subscribe(consumer="bot")))
        inbox = self.messages.Receive(iter(requests.get, None))
        try:
            for question in inbox:
                self.pause = FIRST_PAUSE
                if question.HasField("gap"):
                    print(f"{question.gap.count} messages are gone, unanswered", file=sys.stderr)
                elif not question.position:
                    continue  # Only says that nothing else is waiting.
                else:
                    self.answer(question)
                # The answer is on disk: only now. Killed before, the bot gets the question again.
                requests.put(p.ReceiveRequest(acknowledge=question.position))
        finally:
            inbox.cancel()
            requests.put(None)  # Ends the thread that sends requests.

    def answer(self, question):
        text = question.body.decode(errors="replace")
        request = p.SendRequest(
            peer=question.peer_id,
            body=("you said: " + text[:1000]).encode(),
            # Made of the question alone: however often this runs, it is one send, done once.
            client_id=f"answer:{question.peer_id}:{question.message_id}",
        )
        try:
            next(self.messages.Send(request))  # The first report, "queued": it is on disk.
        except grpc.RpcError as error:
            # Exists: an earlier version of this bot has answered already, in other words.
            if error.code() != grpc.StatusCode.ALREADY_EXISTS:
                raise


if __name__ == "__main__":
    Bot(sys.argv[1]).run()
